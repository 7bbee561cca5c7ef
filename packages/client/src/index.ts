export * from './client';
export * from './orders';
export * from './sign-in';
export type { Identity } from './identity';
