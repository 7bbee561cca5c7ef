import { readFileSync, writeFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { History } = temporal.api.history.v1;

/** Stack traces tell of the machine that recorded them, and nothing replays them. */
const withoutStacks = (field: string, value: unknown): unknown => (field === 'stackTrace' ? '' : value);

/** Keeps the run of a saga, for a test that replays it. */
export const saveHistory = async (file: string, handle: WorkflowHandle): Promise<void> => {
  const history = History.toObject(History.fromObject(await handle.fetchHistory()), {
    enums: String,
    longs: String,
    bytes: String,
  });
  writeFileSync(file, `${JSON.stringify(history, withoutStacks, 1)}\n`);
};

/** A run that was kept; `change` may falsify its text. */
export const savedHistory = (file: string, change = (text: string): string => text) =>
  History.fromObject(JSON.parse(change(readFileSync(file, 'utf8'))) as object);
