export { endTestRun as default } from '../src/testing/test-run';
