import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { sagaSinks } from '../src/saga-spans';
import { bundleOf } from './bundle';
import { quietRuntime, type WorkflowBundle } from './test-worker';

const { History } = temporal.api.history.v1;

/** Stack traces contain paths of the machine that recorded them, and replaying does not need them. */
const withoutStackTraces = (field: string, value: unknown): unknown => (field === 'stackTrace' ? '' : value);

/** Saves the history of a workflow for `describeHistories`. */
export const saveHistory = async (file: string, handle: WorkflowHandle): Promise<void> => {
  const history = History.toObject(History.fromObject(await handle.fetchHistory()), {
    enums: String,
    longs: String,
    bytes: String,
  });
  writeFileSync(file, `${JSON.stringify(history, withoutStackTraces, 1)}\n`);
};

export type HistoriesOptions = Readonly<{
  /** Holds the recorded histories, one JSON file each. */
  folder: string;
  /** The module that exports the workflow, if the worker does not run it. */
  workflowsPath?: string;
  /** A change of one history that the workflow cannot have produced: `from` an activity `to` another. */
  mutate: Readonly<{ file: string; from: string; to: string }>;
}>;

/**
 * Replays recorded histories with the workflow's present code, as Temporal does with sagas that run during a deployment.
 * Where a replay fails, guard the change of the code with `patched()`: see the README.
 */
export const describeHistories = ({ folder, workflowsPath, mutate }: HistoriesOptions): void => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    quietRuntime();
    workflowBundle = await bundleOf(workflowsPath);
  });
  const replay = (file: string, change = (text: string): string => text) => {
    const text = change(readFileSync(join(folder, file), 'utf8'));
    return Worker.runReplayHistory(
      { workflowBundle, sinks: sagaSinks },
      History.fromObject(JSON.parse(text) as object),
    );
  };

  it('has recorded histories', () => expect(files).toContain(mutate.file));

  it.each(files)('replays %s', async (file) => {
    await expect(replay(file)).resolves.toBeUndefined();
  });

  it(`fails to replay ${mutate.file} when the workflow runs another activity than the history`, async () => {
    const { file, from, to } = mutate;
    const mutated = replay(file, (text) => {
      expect(text).toContain(`"${from}"`);
      return text.replaceAll(`"${from}"`, `"${to}"`);
    });
    await expect(mutated).rejects.toThrow(/nondeterminism/i);
  });
};
