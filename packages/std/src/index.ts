export * from './defined';
export * from './outage';
