export * from './register-search-attributes';
export * from './saga-worker';
export * from './service-call';
