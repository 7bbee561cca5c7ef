import type { FeedEvent, FeedPage, PageRequest, Pull } from '@bankside/feed';

/** The owners of feeds, in memory: what they commit, what they have fed, and whether they answer. */
export const owners = () => {
  const feeds = new Map<string, FeedEvent[]>();
  const outbox: FeedEvent[] = [];
  let down = false;
  let turnedAway: () => void = () => undefined;
  const feedOf = (source: string): FeedEvent[] => {
    if (!feeds.has(source)) feeds.set(source, []);
    return feeds.get(source)!;
  };
  const pullFrom =
    (source: string): Pull =>
    async ({ after, limit, settled = false }: PageRequest): Promise<FeedPage> => {
      if (down) {
        turnedAway();
        throw new Error(`${source} does not answer`);
      }
      if (settled) feedAll();
      const all = feedOf(source);
      return { events: all.slice(after, after + limit), head: all.length, partitions: 1 };
    };
  const put = (event: FeedEvent): FeedEvent => {
    const feed = feedOf(event.source);
    const feedposition = feed.length + 1;
    const fed = { ...event, feedposition, id: `${event.source}/0/${feedposition}` };
    feed.push(fed);
    return fed;
  };
  /** Moves what is committed to the feeds, as a relay does. */
  const feedAll = (): readonly FeedEvent[] => outbox.splice(0).map(put);

  return {
    pullFrom,
    /** Commits events, which are not in the feeds yet. */
    commitOnly: (events: readonly FeedEvent[]): void => void outbox.push(...events),
    /** Commits events at the end of their owners' feeds, and tells how they stand there. */
    commit: (events: readonly FeedEvent[]): readonly FeedEvent[] => {
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

export type Owners = ReturnType<typeof owners>;
