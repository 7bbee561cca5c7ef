import { PositionMoved } from '@bankside/feed';
import type { Run } from '../store/port';
import type { Place } from './document';

type Waiting = Readonly<{ run: Run; resolve: () => void; reject: (reason: unknown) => void }>;

/** Events that are applied at once, unless a single run is longer. */
const BATCH_EVENTS = 5_000;

/**
 * Applies the runs of a generation one batch after another; what waits meanwhile, from whatever source, becomes the
 * next batch. So a document has one writer in this process, and a busy view writes it once for many events.
 */
export const batcher = (apply: (runs: readonly Run[]) => Promise<readonly Place[]>) => {
  const waiting: Waiting[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let working = false;

  const alone = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };

  const take = (): readonly Waiting[] => {
    let events = 0;
    const end = waiting.findIndex(({ run }, index) => {
      events += run.events.length;
      return index > 0 && events > BATCH_EVENTS;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  };

  const settle = async (): Promise<void> => {
    const batch = take();
    try {
      const moved = new Set(await apply(batch.map(({ run }) => run)));
      for (const { run, resolve, reject } of batch) {
        if (moved.has(run.place)) reject(new PositionMoved(`${run.place} is no longer at ${run.from}`));
        else resolve();
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) await alone(settle);
    working = false;
  };

  return {
    apply: (run: Run): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ run, resolve, reject });
        if (!working) void work();
      }),
    /** Does something between two batches. */
    alone,
  };
};

export type Batcher = ReturnType<typeof batcher>;
