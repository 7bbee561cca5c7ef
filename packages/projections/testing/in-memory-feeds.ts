import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { PageRequest, Pull } from '@bankside/feed';

/** The feeds of owners in memory, with an outbox, and the option not to respond. */
export const inMemoryFeeds = () => {
  const feeds = new Map<string, EventEnvelope[]>();
  const outbox: EventEnvelope[] = [];
  let down = false;
  let turnedAway: () => void = () => undefined;
  const feedOf = (source: string): EventEnvelope[] => {
    if (!feeds.has(source)) feeds.set(source, []);
    return feeds.get(source)!;
  };
  const pullFrom =
    (source: string): Pull =>
    async ({ after, limit, flushed = false }: PageRequest): Promise<FeedPage> => {
      if (down) {
        turnedAway();
        throw new Error(`${source} does not respond`);
      }
      if (flushed) feedAll();
      const all = feedOf(source);
      return { events: all.slice(after, after + limit), head: all.length, partitions: 1 };
    };
  const put = (event: EventEnvelope): EventEnvelope => {
    const feed = feedOf(event.source);
    const feedposition = feed.length + 1;
    const fed = { ...event, feedposition, id: `${event.source}/0/${feedposition}` };
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
    answer: (yes: boolean): void => {
      down = !yes;
    },
    /** Responds again after one request has failed. */
    recover: async (): Promise<void> => {
      await new Promise<void>((turned) => (turnedAway = turned));
      down = false;
    },
  };
};

export type InMemoryFeeds = ReturnType<typeof inMemoryFeeds>;
