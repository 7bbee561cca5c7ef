import type { EventEnvelope } from '@bankside/contracts';
import { lastPositions, PositionMoved } from '@bankside/feed';
import type { FeedPartition, PartitionBatch } from './checkpoints';
import type { ProjectionStore } from './stores/store';
import type { ProjectionVersion } from './projection';
import { serialByKey } from '@bankside/std';
import { takeUpTo, type Settle } from '@bankside/std/batches';

type Waiter = Readonly<{ feedPartition: FeedPartition; position: number; resolve: () => void }>;
type ApplyBatches = (batches: readonly PartitionBatch[]) => Promise<readonly FeedPartition[]>;

/** The checkpoints of a version in the memory of its only writer. Read once, then tracked; read again after an error. */
export const checkpointTracker = (version: ProjectionVersion, store: ProjectionStore) => {
  let known: Map<FeedPartition, number> | undefined;
  let waiters: readonly Waiter[] = [];

  const positions = async (): Promise<ReadonlyMap<FeedPartition, number>> => {
    if (known === undefined) {
      const stored = await store.checkpoints(version);
      known = new Map([...stored].map(([feedPartition, { position }]) => [feedPartition, position]));
    }
    return known;
  };

  const isReached = ({ feedPartition, position }: Waiter): boolean =>
    (known?.get(feedPartition) ?? 0) >= position;

  const resolveWaiters = (): void => {
    const done = waiters.filter(isReached);
    waiters = waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  };

  const reached = (feedPartition: FeedPartition, position: number): Promise<void> =>
    new Promise((resolve) => {
      const waiter = { feedPartition, position, resolve };
      if (isReached(waiter)) resolve();
      else waiters = [...waiters, waiter];
    });

  return {
    /** Reads the stored checkpoints again, after something other than `tracking` has moved them. */
    reload: async (): Promise<void> => {
      known = undefined;
      await positions();
      resolveWaiters();
    },
    positionOf: async (feedPartition: FeedPartition): Promise<number> =>
      (await positions()).get(feedPartition) ?? 0,
    /** Wraps `apply` so that the batches it commits are tracked. */
    tracking:
      (apply: ApplyBatches): ApplyBatches =>
      async (batches) => {
        try {
          const moved = await apply(batches);
          if (moved.length > 0) known = undefined;
          else for (const { feedPartition, to } of batches) known?.set(feedPartition, to);
          resolveWaiters();
          return moved;
        } catch (error) {
          known = undefined;
          throw error;
        }
      },
    /** Resolves when the checkpoints have reached the events of one source. */
    waitFor: async (source: string, events: readonly EventEnvelope[]): Promise<void> => {
      const last = [...lastPositions(events)];
      await Promise.all(last.map(([partition, position]) => reached(`${source}/${partition}`, position)));
    },
  };
};

export type CheckpointTracker = ReturnType<typeof checkpointTracker>;

type Pending = Readonly<{ batch: PartitionBatch }> & Settle<void>;

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

  const applyNext = async (): Promise<void> => {
    const taken = takeUpTo(pending, MAX_EVENTS, ({ batch }) => batch.events.length);
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
