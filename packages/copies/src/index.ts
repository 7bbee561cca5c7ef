export * from './customers';
export * from './products';
