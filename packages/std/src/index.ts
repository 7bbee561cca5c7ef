export * from './defined';
