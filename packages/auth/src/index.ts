export * from './actor';
export * from './actor-token';
export * from './keys';
export * from './delegation';
export * from './caller-guards';
