export * from './customer-block';
export * from './holdings';
export * from './routes';
