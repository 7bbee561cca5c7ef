import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { PageRequest, Pull } from '@bankside/feed';

/** The owners of feeds, in memory: what they commit, what they have fed, and whether they answer. */
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
        throw new Error(`${source} does not answer`);
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
  /** Moves what is committed to the feeds, as a relay does. */
  const feedAll = (): readonly EventEnvelope[] => outbox.splice(0).map(put);

  return {
    pullFrom,
    /** Commits events, which are not in the feeds yet. */
    commitOnly: (events: readonly EventEnvelope[]): void => void outbox.push(...events),
    /** Commits events at the end of their owners' feeds, and tells how they stand there. */
    commit: (events: readonly EventEnvelope[]): readonly EventEnvelope[] => {
      outbox.push(...events);
      return feedAll();
    },
    answer: (yes: boolean): void => {
      down = !yes;
    },
    /** Answers again once somebody has been turned away. */
    recover: async (): Promise<void> => {
      await new Promise<void>((turned) => (turnedAway = turned));
      down = false;
    },
  };
};

export type InMemoryFeeds = ReturnType<typeof inMemoryFeeds>;
