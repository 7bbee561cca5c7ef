// Sagas may be under way when their code changes. A change that these runs cannot follow needs `patched()`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { quietRuntime, savedHistory } from '@bankside/saga/testing';
import { Worker } from '@temporalio/worker';
import { bundle, HISTORIES } from '../testing/desk';

describe('saved runs of a change', () => {
  const files = readdirSync(HISTORIES);
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
    const other = (text: string) => text.replaceAll('"acceptByLoans"', '"acceptedByLoans"');
    await expect(replay('confirmed.json', other)).rejects.toThrow(/nondeterminism/i);
  });
});
