export * from './switches';
