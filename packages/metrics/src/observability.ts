// What observes the system from outside: alert rules, dashboards, and their evaluation on scraped samples.
export * from './alerts';
export * from './dashboards';
export * from './evaluate';
export * from './expression';
export * from './grafana';
export * from './rules';
export * from './samples';
export * from './series';
