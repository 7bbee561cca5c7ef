export * from './actor';
export * from './actor-token';
export * from './keys';
export * from './allowed-calls';
export * from './authenticate-actor';
export * from './delegation';
export * from './sidecar-token';
