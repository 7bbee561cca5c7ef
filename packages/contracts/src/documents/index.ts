export * from './asyncapi';
export * from './compatibility';
export * from './json-schema';
export * from './reference';
