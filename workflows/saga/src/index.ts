export * from './definition';
export * from './errors';
export * from './operator';
export * from './protocol';
export { recordSagaLater } from './record-run';
export * from './run-saga';
export * from './step-log';
