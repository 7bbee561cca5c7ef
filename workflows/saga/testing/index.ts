export * from './bank';
export * from './history';
export * from './http-invoke';
export * from './running-worker';
