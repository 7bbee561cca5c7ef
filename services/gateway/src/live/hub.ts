import type { EventEnvelope } from '@bankside/contracts';
import type { Cursor } from './cursor';
import { feedHistory } from './history';
import { feedTail, type Pull, type FeedTail } from './tail';

export type LiveBatch = Readonly<{
  events: readonly EventEnvelope[];
  cursor: Cursor;
  /** Whether events behind the cursor were left out, because there are more than `lookBack`. */
  skipped: boolean;
}>;

type ReadOptions = Readonly<{
  /** Only this source. Default: all. */
  source?: string | undefined;
  /** How many events behind the head of a feed are read at most. Default: all. */
  lookBack?: number;
}>;

/** The tails of all feeds, shared by all readers of live events. */
export const liveHub = (pulls: Readonly<Record<string, Pull>>) => {
  let wake = (): void => {};
  let next = new Promise<void>(() => {});
  const renew = (): void => {
    next = new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  renew();
  const changed = (): void => {
    const waiting = wake;
    renew();
    waiting();
  };
  const tails = new Map<string, FeedTail>(
    Object.entries(pulls).map(([source, pull]) => [source, feedTail(pull, changed)]),
  );

  const isOurs = (feed: string): boolean => tails.has(feed.slice(0, feed.indexOf('/')));

  /** The events of one source behind a cursor. A feed that is not in the cursor is read from its end. */
  const readSource = async (
    source: string,
    from: FeedTail,
    cursor: Cursor,
    lookBack: number,
  ): Promise<LiveBatch> => {
    const positions = new Map<string, number>();
    const events: EventEnvelope[] = [];
    let skipped = false;
    for (const [partition, head] of from.heads()) {
      const feed = `${source}/${partition}`;
      const asked = cursor.get(feed);
      const known = asked === undefined ? head : await from.within(partition, asked).catch(() => asked);
      const position = Math.max(known, head - lookBack);
      skipped ||= position > known;
      // An owner that does not respond delays its own events only.
      const news = await from.after(partition, position).catch((): EventEnvelope[] => []);
      events.push(...news);
      positions.set(feed, news.at(-1)?.feedposition ?? position);
    }
    return { events, cursor: positions, skipped };
  };

  return {
    history: feedHistory(pulls),
    enter: (): (() => void) => {
      const leave = [...tails.values()].map((one) => one.enter());
      return () => leave.forEach((one) => one());
    },
    /** Resolves at the next new event. Call it before `read`, so that no event is missed. */
    changed: (): Promise<void> => next,
    /** Wakes all readers. */
    wake: changed,
    /** A batch of the events behind a cursor, in the order of each feed. */
    read: async (cursor: Cursor, { source, lookBack = Infinity }: ReadOptions = {}): Promise<LiveBatch> => {
      const read = [...tails].filter(([name]) => source === undefined || name === source);
      const batches = await Promise.all(read.map(([name, from]) => readSource(name, from, cursor, lookBack)));
      return {
        events: batches.flatMap(({ events }) => events),
        // Keeps the positions of owners that do not respond.
        cursor: new Map([
          ...[...cursor].filter(([feed]) => isOurs(feed)),
          ...batches.flatMap((batch) => [...batch.cursor]),
        ]),
        skipped: batches.some(({ skipped }) => skipped),
      };
    },
  };
};
export type LiveHub = ReturnType<typeof liveHub>;
