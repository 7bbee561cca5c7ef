export * from './decider-laws';
export * from './event-store-contract';
export * from './publication-contract';
export * from './spec';
