export * from './http-invoke';
export * from './running-worker';
