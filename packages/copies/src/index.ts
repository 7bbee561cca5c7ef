export * from './customers';
export * from './numbers';
export * from './products';
