export * from './bundle';
export * from './describe-saga';
export * from './fake-services';
export * from './histories';
export * from './routes';
export * from './saga-harness';
export * from './test-worker';
