import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
export type Pull = (
  request: Readonly<{ partition: number; after: number; limit: number }>,
) => Promise<FeedPage>;

/** Delays after a poll without new events, and after a failed one. */
const POLL_MS = 250;
const RETRY_MS = 2_000;
/** Events of one partition that are buffered for readers that reconnect. */
const BUFFERED_EVENTS = 1_000;
const PAGE = 500;
/** Beyond every position: a page from here contains the head only. */
const THE_END = 999_999_999_999_999;

type Buffer = { head: number; events: EventEnvelope[] };

/** The tail of one owner's feed, polled while there are readers. All readers share it. */
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
    /** Adds a reader. The returned function removes it; with the last one, polling ends and the buffer is dropped. */
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
    /** The position, or the head if the feed ends before it, as after a loss of data. */
    within: async (partition: number, position: number): Promise<number> => {
      const known = partitions.get(partition);
      if (known === undefined || position <= known.head) return position;
      const { head } = await pull({ partition, after: THE_END, limit: 1 }); // Another replica may have seen a later event.
      return Math.min(position, head);
    },
    /** The events after a position, oldest first, from the buffer or else from the feed. */
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
