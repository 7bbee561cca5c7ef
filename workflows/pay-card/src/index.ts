export * from './activities';
export * from './payment';
export * from './start';
