export * from './event-store-contract';
export * from './spec';
export * from './walk';
export * from './published-contract';
