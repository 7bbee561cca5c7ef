import type { FeedEvent } from './event';
import type { Pull } from './follower';
import { lane, type Lane } from './lane';
import type { Sink } from './sink';
import { jittered } from './wake';

/** How often the feed is asked whether the broker lost something. */
const CHECK_EVERY_MS = 2_000;
/** Events that deliveries may hold in memory. Of further ones only the position is kept, and they are pulled. */
const HELD_EVENTS = 10_000;

export type ConsumerOptions = Readonly<{
  /** The app-id of the owner. */
  source: string;
  pull: Pull;
  sink: Sink;
  now: () => Date;
  onError: (error: unknown) => void;
  checkEveryMs?: number;
  /** How long a gap may take to close by itself before it is pulled. */
  gapPatienceMs?: number;
}>;

/** How far behind a partition is. `seconds` is the age of the last applied event, and 0 when nothing is missing. */
export type Lag = Readonly<{
  partition: number;
  position: number;
  head: number;
  events: number;
  seconds: number;
}>;

const byPartition = (events: readonly FeedEvent[]): ReadonlyMap<number, readonly FeedEvent[]> => {
  const groups = new Map<number, FeedEvent[]>();
  for (const event of events) {
    const group = groups.get(event.feedpartition);
    if (group) group.push(event);
    else groups.set(event.feedpartition, [event]);
  }
  return groups;
};

/**
 * Gives each event of a source its effect once and in order, whatever the broker loses, doubles or reorders: the broker
 * only makes it fast, the owner's feed is the truth.
 */
export const consumer = (options: ConsumerOptions) => {
  const { source, pull, sink, now, onError, checkEveryMs = CHECK_EVERY_MS, gapPatienceMs } = options;
  const lanes: Lane[] = [];
  let timer: NodeJS.Timeout | undefined;
  let checking: Promise<void> | undefined;
  let stopped = false;

  const know = (partitions: number): void => {
    for (let partition = lanes.length; partition < partitions; partition += 1)
      lanes.push(
        lane({ source, partition, pull, sink, gapPatienceMs, onPage: (page) => know(page.partitions) }),
      );
  };
  know(1);

  /** A page of the first partition may tell of more partitions: those are asked as well. */
  const askAll = async (settled: boolean): Promise<void> => {
    for (let asked = 0; asked < lanes.length;) {
      const unasked = lanes.slice(asked);
      asked = lanes.length;
      await Promise.all(unasked.map((one) => one.catchUp(settled)));
    }
  };

  const checkLater = (ms: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      checking = askAll(false)
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
    deliver: async (events: readonly FeedEvent[]): Promise<void> => {
      const stranger = events.find((event) => event.source !== source);
      if (stranger) throw new Error(`${stranger.id} was delivered to the consumer of ${source}.`);
      const groups = byPartition(events);
      know(Math.max(0, ...groups.keys()) + 1);
      const held = lanes.reduce((sum, one) => sum + one.held(), 0);
      const kept = held + events.length <= HELD_EVENTS;
      await Promise.all(
        [...groups].map(([partition, group]) => {
          const upTo = group.reduce((highest, event) => Math.max(highest, event.feedposition), 0);
          return lanes[partition]!.deliver(kept ? group : [], upTo);
        }),
      );
    },
    /** Asks the feed now: when it resolves, everything that its owner had committed when this was called is applied. */
    catchUp: (): Promise<void> => askAll(true),
    lag: (): readonly Lag[] =>
      lanes.map((one, partition) => {
        const { position, head, lastApplied } = one.progress();
        const events = Math.max(0, head - position);
        const age = lastApplied === undefined ? 0 : (now().getTime() - Date.parse(lastApplied)) / 1000;
        return { partition, position, head, events, seconds: events === 0 ? 0 : Math.max(0, age) };
      }),
    /** Finishes what is being applied; deliveries that wait are refused. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(lanes.map((one) => one.stop()));
      await checking;
    },
  };
};

export type Consumer = ReturnType<typeof consumer>;
