export * from './consistency-token';
export * from './headers';
export * from './http-app';
export * from './parse';
export * from './problem';
export * from './request-metrics';
export * from './listen';
export { annotateCommand } from './request-spans';
export { readBody, requireUtf8Charset } from './request-body';
