// Sagas may be under way when their code changes. A change that these runs cannot follow needs `patched()`: see README.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { quietRuntime, savedHistory } from '@bankside/saga/testing';
import { Worker } from '@temporalio/worker';
import { bundle, HISTORIES } from '../testing/shop';

describe('saved runs', () => {
  const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
  let workflowBundle: { code: string };
  beforeAll(async () => {
    quietRuntime();
    workflowBundle = await bundle();
  });

  const replay = (file: string, change?: (text: string) => string) =>
    Worker.runReplayHistory({ workflowBundle }, savedHistory(join(HISTORIES, file), change));

  it.each(files)('%s is replayed by the code of today', async (file) => {
    await expect(replay(file)).resolves.toBeUndefined();
  });

  it('would not be replayed by other code', async () => {
    const other = (text: string) => text.replaceAll('"capturePayment"', '"capturedPayment"');
    await expect(replay('confirmed-by-account.json', other)).rejects.toThrow(/nondeterminism/i);
  });
});
