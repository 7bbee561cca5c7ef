export { beginTestRun as default } from '../src/testing/test-run';
