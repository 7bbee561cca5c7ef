// What observes the system from outside: alert rules and dashboards.
export * from './alerts';
export * from './dashboards';
export * from './expression';
export * from './grafana';
export * from './rules';
export * from './series';
