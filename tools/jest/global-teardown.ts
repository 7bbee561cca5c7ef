import { endTestRun } from '../src/testing/test-run';
import './global-setup';

const tearDown = async (): Promise<void> => {
  await globalThis.banksideBacking?.stop();
  endTestRun();
};

export default tearDown;
