export * from './bundle';
export * from './fake-services';
export * from './histories';
export * from './routes';
export * from './saga-harness';
export * from './test-worker';
