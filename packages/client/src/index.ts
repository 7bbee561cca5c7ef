export * from './client';
export * from './orders';
