export * from './edges';
export * from './receiver';
