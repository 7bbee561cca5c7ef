export * from './customers';
export * from './numbers-by-customer';
export * from './products';
