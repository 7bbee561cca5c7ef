export * from './customers';
export * from './number-changes';
export * from './numbers';
export * from './products';
