export * from './event-store-contract';
export * from './spec';
export * from './decider-laws';
export * from './publication-contract';
