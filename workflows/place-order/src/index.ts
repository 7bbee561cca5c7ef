export * from './activities';
export * from './order';
export * from './start';
