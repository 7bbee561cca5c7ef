export * from './accounts';
export * from './cards';
export * from './loans';
export * from './openapi';
export * from './operation';
export * from './operations';
export * from './paging';
export * from './summary';
