import type { EventEnvelope } from '@bankside/contracts';
import { BATCH_EVENTS, feedSubscription, type FeedSubscriptionOptions } from './feed-subscription';

type Waiter = Readonly<{ resolve: () => void; reject: (reason: unknown) => void }>;
/** `events` may be empty although `upTo` is beyond the checkpoint: then they are pulled. */
type Delivery = Readonly<{ events: readonly EventEnvelope[]; upTo: number }> & Waiter;
type CatchUp = Readonly<{ flushed: boolean }> & Waiter;

const enqueue = <T extends Waiter>(queue: T[], item: Omit<T, keyof Waiter>): Promise<void> =>
  new Promise((resolve, reject) => void queue.push({ ...item, resolve, reject } as T));

/** One partition of a source. Deliveries and catch-ups run one after another. */
export const partitionConsumer = (options: Omit<FeedSubscriptionOptions, 'waiting'>) => {
  const deliveries: Delivery[] = [];
  const catchUps: CatchUp[] = [];
  const waiting = () => deliveries.flatMap(({ events }) => events);
  const { advanceTo, pullAll, invalidate, progress } = feedSubscription({ ...options, waiting });
  let running: Promise<void> | undefined;
  let stopped = false;
  let buffered = 0;

  const takeBatch = (): readonly Delivery[] => {
    let events = 0;
    const end = deliveries.findIndex((delivery, index) => {
      events += delivery.events.length;
      return index > 0 && events > BATCH_EVENTS;
    });
    return deliveries.splice(0, end === -1 ? deliveries.length : end);
  };

  const settle = async (waiters: readonly Waiter[], work: () => Promise<void>): Promise<void> => {
    if (waiters.length === 0) return;
    try {
      if (stopped) throw new Error(`The consumer of ${options.source} is stopping.`);
      await work();
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      invalidate();
      for (const { reject } of waiters) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    while (deliveries.length > 0 || catchUps.length > 0) {
      const batch = takeBatch();
      const events = batch.flatMap((delivery) => delivery.events);
      const target = Math.max(...batch.map(({ upTo }) => upTo));
      await settle(batch, () => advanceTo(target, events));
      buffered -= events.length;
      const callers = catchUps.splice(0);
      await settle(callers, () => pullAll(callers.some(({ flushed }) => flushed)));
    }
    running = undefined;
  };

  const begin = (done: Promise<void>): Promise<void> => {
    running ??= work();
    return done;
  };

  return {
    /** Resolves when everything up to `upTo` is durable. Redacted events are pulled, like lost ones. */
    deliver: (delivered: readonly EventEnvelope[], upTo: number): Promise<void> => {
      const events = delivered.filter(({ redacted }) => redacted !== true);
      buffered += events.length;
      return begin(enqueue(deliveries, { events, upTo }));
    },
    /**
     * Resolves when everything that the feed holds now is durable; `flushed`: everything that its owner has committed.
     * Calls during a catch-up share the next one.
     */
    catchUp: (flushed: boolean): Promise<void> => begin(enqueue(catchUps, { flushed })),
    /** Events that wait in memory. */
    buffered: (): number => buffered,
    progress,
    stop: async (): Promise<void> => {
      stopped = true;
      await running;
    },
  };
};

export type PartitionConsumer = ReturnType<typeof partitionConsumer>;
