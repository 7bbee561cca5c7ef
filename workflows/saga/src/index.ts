export * from './answering';
export * from './step-log';
export * from './definition';
export * from './errors';
export * from './operator';
export * from './run-saga';
export * from './search-attributes';
