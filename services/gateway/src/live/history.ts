import type { EventEnvelope } from '@bankside/contracts';
import type { Cursor } from './cursor';
import type { Pull } from './tail';

/** Beyond every position: a page from here contains the head only. */
const THE_END = 999_999_999_999_999;

type HistoryPage = Readonly<{
  /** Newest first. */
  events: readonly EventEnvelope[];
  /** Where the next page continues: the position of each feed up to which it reads. Undefined behind the last event. */
  next?: Cursor;
  /** The owners that did not respond. Their events are missing from the page, and not passed over by the next one. */
  missing: readonly string[];
}>;

export type HistoryRequest = Readonly<{
  source?: string | undefined;
  /** `next` of the previous page. */
  from?: Cursor | undefined;
  /** Only events at or before this time. */
  until?: string | undefined;
  limit: number;
}>;

type Feed = Readonly<{ name: string; partition: number; pull: Pull }>;
/** The last events of one feed up to a position, and how far back they reach. */
type Tail = Readonly<{ feed: string; to: number; events: readonly EventEnvelope[] }>;

/** The position of the last event at or before a time. Events of a feed are in the order of their times. */
const positionAt = async ({ pull, partition }: Feed, head: number, until: string): Promise<number> => {
  let [least, most] = [0, head];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    const { events } = await pull({ partition, after: middle - 1, limit: 1 });
    if (events[0] !== undefined && events[0].time <= until) least = middle;
    else most = middle - 1;
  }
  return least;
};

/** Reads the feeds of all owners backwards, merged by time. */
export const feedHistory = (pulls: Readonly<Record<string, Pull>>) => {
  const feedsOf = async (source: string, pull: Pull): Promise<readonly (Feed & { head: number })[]> => {
    const first = await pull({ partition: 0, after: THE_END, limit: 1 });
    const others = await Promise.all(
      Array.from({ length: first.partitions - 1 }, (_, index) =>
        pull({ partition: index + 1, after: THE_END, limit: 1 }),
      ),
    );
    return [first, ...others].map(({ head }, partition) => ({
      name: `${source}/${partition}`,
      partition,
      pull,
      head,
    }));
  };

  const tailsOf = async (source: string, pull: Pull, request: HistoryRequest): Promise<readonly Tail[]> => {
    const { from, until, limit } = request;
    const feeds = await feedsOf(source, pull);
    return Promise.all(
      feeds.map(async (feed) => {
        const start = until === undefined ? feed.head : await positionAt(feed, feed.head, until);
        const to = Math.min(from?.get(feed.name) ?? start, feed.head);
        const after = Math.max(0, to - limit);
        const { events } =
          to === 0 ? { events: [] } : await pull({ partition: feed.partition, after, limit: to - after });
        return { feed: feed.name, to, events };
      }),
    );
  };

  return async (request: HistoryRequest): Promise<HistoryPage> => {
    const missing: string[] = [];
    const asked = Object.entries(pulls).filter(
      ([source]) => request.source === undefined || source === request.source,
    );
    const tails = await Promise.all(
      asked.map(([source, pull]) =>
        tailsOf(source, pull, request).catch((): readonly Tail[] => {
          missing.push(source);
          return [];
        }),
      ),
    );
    const all = tails.flat();
    const page = all
      .flatMap(({ events }) => events)
      .toSorted((a, b) => (a.time === b.time ? b.feedposition - a.feedposition : a.time < b.time ? 1 : -1))
      .slice(0, request.limit);
    const oldest = new Map<string, number>();
    for (const { source, feedpartition, feedposition } of page) {
      const feed = `${source}/${feedpartition}`;
      oldest.set(feed, Math.min(feedposition, oldest.get(feed) ?? Infinity));
    }
    const next = new Map([
      ...(request.from ?? []),
      ...all.map(({ feed, to }): [string, number] => [feed, (oldest.get(feed) ?? to + 1) - 1]),
    ]);
    const isEnd = missing.length === 0 && [...next.values()].every((position) => position <= 0);
    return { events: page, missing: missing.toSorted(), ...(!isEnd && { next }) };
  };
};
