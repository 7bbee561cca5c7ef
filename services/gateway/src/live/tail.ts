import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
export type Pull = (
  request: Readonly<{ partition: number; after: number; limit: number }>,
) => Promise<FeedPage>;

/** Between two looks at a feed that has nothing new, and at one that does not answer. */
const POLL_MS = 250;
const RETRY_MS = 2_000;
/** Events of one partition that are kept for readers who were away for a moment. */
const BUFFERED_EVENTS = 1_000;
const PAGE = 500;
/** Behind every position: such a page holds nothing but the head. */
const THE_END = 999_999_999_999_999;

type Buffer = { head: number; events: EventEnvelope[] };

/** The end of one owner's feed, followed as long as somebody reads. All readers share it. */
export const feedTail = (pull: Pull, changed: () => void) => {
  const partitions = new Map<number, Buffer>();
  let readers = 0;
  let stop = new AbortController();

  const follow = async (partition: number): Promise<Readonly<{ news: boolean; partitions: number }>> => {
    const known = partitions.get(partition);
    const page = await pull({ partition, after: known?.head ?? THE_END, limit: known ? PAGE : 1 });
    if (known === undefined) partitions.set(partition, { head: page.head, events: [] });
    const last = page.events.at(-1);
    if (known === undefined || last === undefined)
      return { news: known === undefined, partitions: page.partitions };
    known.head = last.feedposition;
    known.events = [...known.events, ...page.events].slice(-BUFFERED_EVENTS);
    return { news: true, partitions: page.partitions };
  };

  const round = async (): Promise<boolean> => {
    const first = await follow(0);
    let { news } = first;
    for (let partition = 1; partition < first.partitions; partition += 1)
      news = (await follow(partition)).news || news;
    return news;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const news = await round().catch(() => undefined);
      if (signal.aborted) return;
      if (news === true) changed();
      else await wait(news === false ? POLL_MS : RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    /** Follows the feed until the last reader has left. Then nothing is kept, as it would soon have a gap. */
    enter: (): (() => void) => {
      readers += 1;
      if (readers === 1) {
        stop = new AbortController();
        void run(stop.signal);
      }
      return () => {
        readers -= 1;
        if (readers > 0) return;
        stop.abort();
        partitions.clear();
      };
    },
    heads: (): ReadonlyMap<number, number> =>
      new Map([...partitions].map(([partition, { head }]) => [partition, head])),
    /** A position that the feed has: its end, for one that is behind it, as from before all data was lost. */
    within: async (partition: number, position: number): Promise<number> => {
      const known = partitions.get(partition);
      if (known === undefined || position <= known.head) return position;
      const { head } = await pull({ partition, after: THE_END, limit: 1 }); // Another gateway may have seen more than we.
      return Math.min(position, head);
    },
    /** What follows on a position, oldest first; from the feed itself when it is too long ago to be kept. */
    after: async (partition: number, position: number): Promise<readonly EventEnvelope[]> => {
      const known = partitions.get(partition);
      if (known === undefined || position >= known.head) return [];
      const first = known.events[0]?.feedposition;
      if (first !== undefined && position >= first - 1)
        return known.events.filter(({ feedposition }) => feedposition > position);
      return (await pull({ partition, after: position, limit: PAGE })).events;
    },
  };
};
export type FeedTail = ReturnType<typeof feedTail>;
