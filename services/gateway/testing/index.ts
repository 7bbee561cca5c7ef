export * from './echo-service';
export * from './fake-feed';
export * from './gateway';
export * from './listen';
