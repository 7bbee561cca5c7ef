export * from './activities';
export * from './change';
export * from './start';
