export * from './activities';
export * from './input';
