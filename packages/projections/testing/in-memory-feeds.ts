import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { PageRequest, Pull } from '@bankside/feed';

/** Of a stream, as stable as the one of a real feed. */
const partitionOf = (stream: string, partitions: number): number =>
  [...stream].reduce((sum, character) => sum + character.codePointAt(0)!, 0) % partitions;

/** The feeds of owners in memory, with an outbox, and the option not to respond. */
export const inMemoryFeeds = (partitionsOf: (source: string) => number = () => 1) => {
  const feeds = new Map<string, EventEnvelope[]>();
  const outbox: EventEnvelope[] = [];
  let down = (_source: string): boolean => false;
  let turnedAway: () => void = () => undefined;
  const feedOf = (source: string, partition: number): EventEnvelope[] => {
    const name = `${source}/${partition}`;
    if (!feeds.has(name)) feeds.set(name, []);
    return feeds.get(name)!;
  };
  const pullFrom =
    (source: string): Pull =>
    async ({ partition, after, limit, flushed = false }: PageRequest): Promise<FeedPage> => {
      if (down(source)) {
        turnedAway();
        throw new Error(`${source} does not respond`);
      }
      if (flushed) feedAll();
      const all = feedOf(source, partition);
      return { events: all.slice(after, after + limit), head: all.length, partitions: partitionsOf(source) };
    };
  const put = (event: EventEnvelope): EventEnvelope => {
    const { source, subject } = event;
    const feedpartition = partitionOf(subject, partitionsOf(source));
    const feed = feedOf(source, feedpartition);
    const feedposition = feed.length + 1;
    const fed = { ...event, feedpartition, feedposition, id: `${source}/${feedpartition}/${feedposition}` };
    feed.push(fed);
    return fed;
  };
  /** Moves the outbox to the feeds, as a relay does. */
  const feedAll = (): readonly EventEnvelope[] => outbox.splice(0).map(put);

  return {
    pullFrom,
    /** Commits events that stay in the outbox. */
    commitOnly: (events: readonly EventEnvelope[]): void => void outbox.push(...events),
    /** Appends events to the feeds of their owners. @returns the events with their positions */
    commit: (events: readonly EventEnvelope[]): readonly EventEnvelope[] => {
      outbox.push(...events);
      return feedAll();
    },
    /** Whether owners respond: all of them, or one. */
    respond: (yes: boolean, only?: string): void => {
      down = (source) => !yes && (only === undefined || source === only);
    },
    /** Responds again after one request has failed. */
    recover: async (): Promise<void> => {
      await new Promise<void>((turned) => (turnedAway = turned));
      down = () => false;
    },
  };
};

export type InMemoryFeeds = ReturnType<typeof inMemoryFeeds>;
