export * from './actor';
export * from './actor-token';
export * from './keys';
export * from './callers';
export * from './authenticate-actor';
export * from './sidecar-token';
