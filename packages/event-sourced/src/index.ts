export * from './config';
export * from './event-sourced';
export * from './command-endpoint';
export * from './reactions';
export * from './streams';
export * from './list-of-customer';
