import type { FeedEvent } from './event';
import { BATCH_EVENTS, follower, type FollowerOptions } from './follower';

type Waiter = Readonly<{ resolve: () => void; reject: (reason: unknown) => void }>;
/** `events` may be empty although `upTo` says that there are some: then they are pulled. */
type Delivery = Readonly<{ events: readonly FeedEvent[]; upTo: number }> & Waiter;
/** `settled`: also what is committed but not fed yet. */
type Question = Readonly<{ settled: boolean }> & Waiter;

const waitIn = <T extends Waiter>(queue: T[], what: Omit<T, keyof Waiter>): Promise<void> =>
  new Promise((resolve, reject) => void queue.push({ ...what, resolve, reject } as T));

/** One partition of a source: deliveries and catching up follow one another. */
export const lane = (options: Omit<FollowerOptions, 'waiting'>) => {
  const deliveries: Delivery[] = [];
  const waiting = () => deliveries.flatMap(({ events }) => events);
  const { reach, askAll, doubt, progress } = follower({ ...options, waiting });
  const questions: Question[] = [];
  let running: Promise<void> | undefined;
  let stopped = false;
  let held = 0;

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
      doubt();
      for (const { reject } of waiters) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    while (deliveries.length > 0 || questions.length > 0) {
      const batch = takeBatch();
      const target = Math.max(...batch.map(({ upTo }) => upTo));
      await settle(batch, () =>
        reach(
          target,
          batch.flatMap(({ events }) => events),
        ),
      );
      held -= batch.reduce((sum, { events }) => sum + events.length, 0);
      const asked = questions.splice(0);
      await settle(asked, () => askAll(asked.some(({ settled }) => settled)));
    }
    running = undefined;
  };

  const begin = (waiting: Promise<void>): Promise<void> => {
    running ??= work();
    return waiting;
  };

  return {
    /** Resolves when everything up to `upTo` is durable. What was withheld is pulled, as what was lost is. */
    deliver: (delivered: readonly FeedEvent[], upTo: number): Promise<void> => {
      const events = delivered.filter(({ withheld }) => withheld !== true);
      held += events.length;
      return begin(waitIn(deliveries, { events, upTo }));
    },
    /** Resolves when everything is durable that the feed has now; settled: that its owner has committed. One question at a time, and one more for all who ask meanwhile. */
    catchUp: (settled: boolean): Promise<void> => begin(waitIn(questions, { settled })),
    /** Events that wait in memory. */
    held: (): number => held,
    progress,
    stop: async (): Promise<void> => {
      stopped = true;
      await running;
    },
  };
};

export type Lane = ReturnType<typeof lane>;
