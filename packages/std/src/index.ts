export * from './backoff';
export * from './canonical-json';
export * from './command-ids';
export * from './defined';
export * from './for-each-concurrently';
export * from './outage';
export * from './serial-by-key';
export * from './statistics';
export { throttle } from './throttle';
