export * from './definition';
export * from './errors';
export * from './operator';
export * from './protocol';
export { recordSagaLater } from './record-run';
export { resultUpdate, runSagaWithResultUpdate } from './result-update';
export { cancelSignal, runSaga } from './run-saga';
export * from './step-log';
