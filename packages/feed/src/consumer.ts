import type { EventEnvelope } from '@bankside/contracts';
import { byPartition } from './event-batch';
import type { Pull } from './feed-subscription';
import { partitionConsumer, type PartitionConsumer } from './partition-consumer';
import type { Sink } from './sink';
import { jittered } from './signal';

/** How often the feed is asked whether the broker lost something. */
const CHECK_EVERY_MS = 2_000;
/** Events that deliveries may hold in memory. Of further ones only the position is kept, and they are pulled. */
const BUFFERED_EVENTS = 10_000;

export type ConsumerOptions = Readonly<{
  /** The app-id of the owner. */
  source: string;
  pull: Pull;
  sink: Sink;
  now: () => Date;
  onError: (error: unknown) => void;
  checkEveryMs?: number;
  /** How long a gap may take to close by itself before it is pulled. */
  gapTimeoutMs?: number;
}>;

/** How far behind a partition is. `seconds` is the age of the last applied event, and 0 when nothing is missing. */
export type Lag = Readonly<{
  partition: number;
  position: number;
  head: number;
  events: number;
  seconds: number;
}>;

/**
 * Gives each event of a source its effect once and in order, whatever the broker loses, doubles or reorders: the broker
 * only makes it fast, the owner's feed is the truth.
 */
export const consumer = (options: ConsumerOptions) => {
  const { source, pull, sink, now, onError, checkEveryMs = CHECK_EVERY_MS, gapTimeoutMs } = options;
  const partitions: PartitionConsumer[] = [];
  let timer: NodeJS.Timeout | undefined;
  let checking: Promise<void> | undefined;
  let stopped = false;

  const know = (count: number): void => {
    for (let partition = partitions.length; partition < count; partition += 1)
      partitions.push(
        partitionConsumer({
          source,
          partition,
          pull,
          sink,
          gapTimeoutMs,
          onPage: (page) => know(page.partitions),
        }),
      );
  };
  know(1);

  /** A page of the first partition may tell of more partitions: those are asked as well. */
  const pullAll = async (flushed: boolean): Promise<void> => {
    for (let asked = 0; asked < partitions.length;) {
      const unasked = partitions.slice(asked);
      asked = partitions.length;
      await Promise.all(unasked.map((one) => one.catchUp(flushed)));
    }
  };

  const checkLater = (ms: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      checking = pullAll(false)
        .catch(onError)
        .finally(() => checkLater(jittered(checkEveryMs)));
    }, ms);
  };

  return {
    /** Begins to ask the feed, at once and then every `checkEveryMs`. */
    start: (): void => checkLater(0),
    /**
     * What the route of the broker calls. Acknowledge when it resolves: everything up to the highest position of the batch
     * is then durable. When it throws, acknowledge nothing.
     */
    deliver: async (events: readonly EventEnvelope[]): Promise<void> => {
      const stranger = events.find((event) => event.source !== source);
      if (stranger) throw new Error(`${stranger.id} was delivered to the consumer of ${source}.`);
      const groups = byPartition(events);
      know(Math.max(0, ...groups.keys()) + 1);
      const buffered = partitions.reduce((sum, one) => sum + one.buffered(), 0);
      const kept = buffered + events.length <= BUFFERED_EVENTS;
      await Promise.all(
        [...groups].map(([partition, group]) => {
          const upTo = group.reduce((highest, event) => Math.max(highest, event.feedposition), 0);
          return partitions[partition]!.deliver(kept ? group : [], upTo);
        }),
      );
    },
    /** Asks the feed now: when it resolves, everything that its owner had committed when this was called is applied. */
    catchUp: (): Promise<void> => pullAll(true),
    lag: (): readonly Lag[] =>
      partitions.map((one, partition) => {
        const { position, head, lastApplied } = one.progress();
        const events = Math.max(0, head - position);
        const age = lastApplied === undefined ? 0 : (now().getTime() - Date.parse(lastApplied)) / 1000;
        return { partition, position, head, events, seconds: events === 0 ? 0 : Math.max(0, age) };
      }),
    /** Finishes what is being applied; deliveries that wait are refused. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(partitions.map((one) => one.stop()));
      await checking;
    },
  };
};

export type Consumer = ReturnType<typeof consumer>;
