import { batches, type Settle } from '@bankside/std/batches';

type GroupCommitOptions<T> = Readonly<{
  /** Writes all items or none. */
  execute: (items: readonly T[]) => Promise<void>;
  keysOf: (item: T) => readonly string[];
  bytesOf: (item: T) => number;
  /** Whether the error of `execute` means that a key existed, so that nothing was written. */
  isConflict: (error: unknown) => boolean;
  batchItems?: number;
  batchBytes?: number;
  inFlight?: number;
}>;

/** Commits in one transaction. More gain little, and make each conflict more expensive. */
const BATCH_ITEMS = 16;
/** Bytes of JSON in one transaction, unless a single commit is larger. A sidecar accepts 4 MiB by default. */
const BATCH_BYTES = 1024 * 1024;
/** Concurrent transactions. */
const IN_FLIGHT = 4;

type Entry<T> = Readonly<{ item: T; keys: readonly string[]; bytes: number; alone: boolean }> & Settle<void>;

/**
 * Lets concurrent writes share a transaction. Two writes of one key are never in flight together, so they cannot fail or
 * block each other's batch. After a conflict the writes of the batch are repeated one by one, and only those in conflict
 * fail. An outage fails the whole batch, since any of its writes may be durable.
 */
export const groupCommit = <T>(options: GroupCommitOptions<T>): ((item: T) => Promise<void>) => {
  const { execute, keysOf, bytesOf, isConflict } = options;
  const { batchItems = BATCH_ITEMS, batchBytes = BATCH_BYTES, inFlight = IN_FLIGHT } = options;
  const held = new Set<string>();

  const take = (waiting: Entry<T>[]): readonly Entry<T>[] => {
    const batch: Entry<T>[] = [];
    const left: Entry<T>[] = [];
    let bytes = 0;
    let seen = 0;
    for (const entry of waiting) {
      if (batch.length === batchItems || batch[0]?.alone) break;
      seen += 1;
      const fits = batch.length === 0 || (!entry.alone && bytes + entry.bytes <= batchBytes);
      if (fits && !entry.keys.some((key) => held.has(key))) {
        for (const key of entry.keys) held.add(key);
        batch.push(entry);
        bytes += entry.bytes;
      } else left.push(entry);
    }
    waiting.splice(0, seen, ...left);
    return batch;
  };

  const run = async (
    batch: readonly Entry<T>[],
    first: (entries: readonly Entry<T>[]) => void,
  ): Promise<void> => {
    try {
      await execute(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1 && isConflict(error)) first(batch.map((entry) => ({ ...entry, alone: true })));
      else for (const { reject } of batch) reject(error);
    } finally {
      for (const { keys } of batch) for (const key of keys) held.delete(key);
    }
  };

  const queue = batches({ take, run, inFlight });
  return (item) =>
    new Promise((resolve, reject) =>
      queue({ item, keys: keysOf(item), bytes: bytesOf(item), alone: false, resolve, reject }),
    );
};
