import { PositionMoved } from '@bankside/feed';
import { serialByKey } from '@bankside/std';
import type { FeedPartition, PartitionBatch } from './checkpoints';

type Pending = Readonly<{ batch: PartitionBatch; resolve: () => void; reject: (reason: unknown) => void }>;

/** Events that are applied together, unless a single batch is longer. */
const MAX_EVENTS = 5_000;

/**
 * Applies batches one after another. Batches that arrive meanwhile, of any source, are applied together next: a
 * document has one writer in this process, and a busy projection writes it once for many events.
 */
export const batchWriter = (
  apply: (batches: readonly PartitionBatch[]) => Promise<readonly FeedPartition[]>,
) => {
  const pending: Pending[] = [];
  const inTurn = serialByKey();
  let working = false;

  const exclusive = <T>(task: () => Promise<T>): Promise<T> => inTurn('writer', task);

  const take = (): readonly Pending[] => {
    let events = 0;
    const end = pending.findIndex(({ batch }, index) => {
      events += batch.events.length;
      return index > 0 && events > MAX_EVENTS;
    });
    return pending.splice(0, end === -1 ? pending.length : end);
  };

  const applyNext = async (): Promise<void> => {
    const taken = take();
    try {
      const moved = new Set(await apply(taken.map(({ batch }) => batch)));
      for (const { batch, resolve, reject } of taken) {
        if (moved.has(batch.feedPartition))
          reject(new PositionMoved(`${batch.feedPartition} is no longer at ${batch.from}`));
        else resolve();
      }
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (pending.length > 0) await exclusive(applyNext);
    working = false;
  };

  return {
    /** @throws PositionMoved when another writer has moved the checkpoint of the partition */
    apply: (batch: PartitionBatch): Promise<void> =>
      new Promise((resolve, reject) => {
        pending.push({ batch, resolve, reject });
        if (!working) void work();
      }),
    /** Runs a task between two batches. */
    exclusive,
  };
};
