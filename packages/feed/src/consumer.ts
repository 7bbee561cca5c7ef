import type { EventEnvelope } from '@bankside/contracts';
import {
  BATCH_EVENTS,
  feedSubscription,
  type FeedSubscriptionOptions,
  lastPositions,
  type Sink,
} from './feed-subscription';
import type { Pull } from './feed-page';
import type { IdlePauseOptions } from '@bankside/std';
import { fallbackCheck } from './fallback-check';
import { takeUpTo, type Settle } from '@bankside/std/batches';

type Waiter = Settle<void>;
/** `events` may be empty although `upTo` is beyond the checkpoint: then they are pulled. */
type Delivery = Readonly<{ events: readonly EventEnvelope[]; upTo: number }> & Waiter;
type CatchUp = Readonly<{ flushed: boolean }> & Waiter;

const enqueue = <T extends Waiter>(queue: T[], item: Omit<T, keyof Waiter>): Promise<void> =>
  new Promise((resolve, reject) => void queue.push({ ...item, resolve, reject } as T));

/** One partition of a source. Deliveries and catch-ups run one after another. */
const partitionConsumer = (options: Omit<FeedSubscriptionOptions, 'waiting'>) => {
  const deliveries: Delivery[] = [];
  const catchUps: CatchUp[] = [];
  const waiting = () => deliveries.flatMap(({ events }) => events);
  const { advanceTo, pullAll, invalidate, progress } = feedSubscription({ ...options, waiting });
  let running: Promise<void> | undefined;
  let stopped = false;
  let buffered = 0;

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
      const batch = takeUpTo(deliveries, BATCH_EVENTS, (delivery) => delivery.events.length);
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

type PartitionConsumer = ReturnType<typeof partitionConsumer>;

/** How often the feed is checked for events that the broker lost: seldom while none come. */
const CHECK = { firstMs: 2_000, longestMs: 16_000 };
/** Delivered events kept in memory. Beyond them only the position is kept, and the events are pulled. */
const BUFFERED_EVENTS = 10_000;
/** A partition that has not moved for so long although events are missing is stuck rather than slow. */
const STUCK_SECONDS = 30;

export type ConsumerOptions = Readonly<{
  /** The app-id of the owner. */
  source: string;
  pull: Pull;
  sink: Sink;
  now: () => Date;
  onError: (error: unknown) => void;
  /** @internal For tests. */
  test?: Readonly<{ check?: IdlePauseOptions; gapTimeoutMs?: number }>;
}>;

/** How far a consumer is behind one partition of a feed. */
export type PartitionLag = Readonly<{
  source: string;
  partition: number;
  position: number;
  /** The last position of the feed, as far as known. */
  head: number;
  /** Events that are not applied yet. */
  events: number;
  /** Age of the oldest of them, as far as known; 0 if there is none. */
  seconds: number;
  /** `unknown`: the feed has not been read yet. */
  state: 'current' | 'behind' | 'stuck' | 'unknown';
}>;

/** When a partition moved last, and the time of its oldest event that is not applied, in milliseconds. */
type Movement = { at: number; oldestPending: number | undefined };

/**
 * Gives each event of a source its effect once and in order, even if the broker loses, duplicates or reorders events. The
 * owner's feed is the truth; the broker only makes it fast.
 */
export const consumer = (options: ConsumerOptions) => {
  const { source, pull, sink, now, onError, test } = options;
  const partitions: PartitionConsumer[] = [];
  const movements: Movement[] = [];
  const check = fallbackCheck(test?.check ?? CHECK, () => pullAll(false), onError);

  /** The sink, noting when each partition moves. */
  const observed: Sink = {
    position: sink.position,
    apply: async (partition, events, move) => {
      const movement = movements[partition]!;
      movement.oldestPending = events[0] && Date.parse(events[0].time);
      await sink.apply(partition, events, move);
      movement.oldestPending = undefined;
      movement.at = now().getTime();
      check.soon();
    },
  };

  const addPartitions = (count: number): void => {
    for (let partition = partitions.length; partition < count; partition += 1) {
      movements.push({ at: now().getTime(), oldestPending: undefined });
      partitions.push(
        partitionConsumer({
          source,
          partition,
          pull,
          sink: observed,
          gapTimeoutMs: test?.gapTimeoutMs,
          onPage: (page) => addPartitions(page.partitions),
        }),
      );
    }
  };
  addPartitions(1);

  /** A page of one partition may show that the feed has more: those are pulled as well. */
  const pullAll = async (flushed: boolean): Promise<void> => {
    for (let pulled = 0; pulled < partitions.length;) {
      const rest = partitions.slice(pulled);
      pulled = partitions.length;
      await Promise.all(rest.map((one) => one.catchUp(flushed)));
    }
  };

  const orCheckSoon = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      check.soon();
      throw error;
    }
  };

  const lagOf = (one: PartitionConsumer, partition: number): PartitionLag => {
    const { position, head, pulled } = one.progress();
    const { at, oldestPending } = movements[partition]!;
    const events = Math.max(0, head - position);
    const still = (now().getTime() - at) / 1000;
    const age = oldestPending === undefined ? still : (now().getTime() - oldestPending) / 1000;
    const base = { source, partition, position, head, events };
    if (events === 0) return { ...base, seconds: 0, state: pulled || position > 0 ? 'current' : 'unknown' };
    return { ...base, seconds: Math.max(0, age), state: still > STUCK_SECONDS ? 'stuck' : 'behind' };
  };

  return {
    /** Checks the feed at once and then periodically. */
    start: check.start,
    /**
     * For the route of the broker. Acknowledge when it resolves: everything up to the highest position of the batch is
     * durable then. When it throws, acknowledge nothing.
     */
    deliver: async (events: readonly EventEnvelope[]): Promise<void> => {
      const foreign = events.find((event) => event.source !== source);
      if (foreign) throw new Error(`${foreign.id} was delivered to the consumer of ${source}.`);
      const last = lastPositions(events);
      addPartitions(Math.max(0, ...last.keys()) + 1);
      const buffered = partitions.reduce((sum, one) => sum + one.buffered(), 0);
      const kept = buffered + events.length <= BUFFERED_EVENTS;
      await orCheckSoon(
        Promise.all(
          [...last].map(([partition, upTo]) =>
            partitions[partition]!.deliver(
              kept ? events.filter(({ feedpartition }) => feedpartition === partition) : [],
              upTo,
            ),
          ),
        ),
      );
    },
    /** Pulls what is missing of a partition up to a position. Resolves when it is durable. */
    advanceTo: async (partition: number, upTo: number): Promise<void> => {
      addPartitions(partition + 1);
      await orCheckSoon(partitions[partition]!.deliver([], upTo));
    },
    /** Pulls the feed now. Resolves when everything is applied that its owner had committed at the call. */
    catchUp: (): Promise<void> => pullAll(true),
    lag: (): readonly PartitionLag[] => partitions.map(lagOf),
    /** Finishes the batch being applied; queued deliveries are rejected. */
    stop: async (): Promise<void> => {
      const checked = check.stop();
      await Promise.all(partitions.map((one) => one.stop()));
      await checked;
    },
  };
};

export type Consumer = ReturnType<typeof consumer>;
