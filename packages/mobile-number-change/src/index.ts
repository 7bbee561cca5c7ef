export * from './mobile-number-change';
export * from './reactions';
export * from './routes';
