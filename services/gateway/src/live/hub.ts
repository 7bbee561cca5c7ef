import type { EventEnvelope } from '@bankside/contracts';
import type { Cursor } from './cursor';
import { feedTail, type Pull, type FeedTail } from './tail';

export type LiveBatch = Readonly<{ events: readonly EventEnvelope[]; cursor: Cursor }>;

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
  const readSource = async (source: string, from: FeedTail, cursor: Cursor): Promise<LiveBatch> => {
    const positions = new Map<string, number>();
    const events: EventEnvelope[] = [];
    for (const [partition, head] of from.heads()) {
      const feed = `${source}/${partition}`;
      const asked = cursor.get(feed);
      const position =
        asked === undefined ? undefined : await from.within(partition, asked).catch(() => asked);
      // An owner that does not respond delays its own events only.
      const news =
        position === undefined ? [] : await from.after(partition, position).catch((): EventEnvelope[] => []);
      events.push(...news);
      positions.set(feed, news.at(-1)?.feedposition ?? position ?? head);
    }
    return { events, cursor: positions };
  };

  return {
    sources: [...tails.keys()],
    enter: (): (() => void) => {
      const leave = [...tails.values()].map((one) => one.enter());
      return () => leave.forEach((one) => one());
    },
    /** Resolves at the next new event. Call it before `read`, so that no event is missed. */
    changed: (): Promise<void> => next,
    /** Wakes all readers. */
    wake: changed,
    /** A batch of the events behind a cursor, in the order of each feed. */
    read: async (cursor: Cursor): Promise<LiveBatch> => {
      const batches = await Promise.all([...tails].map(([source, from]) => readSource(source, from, cursor)));
      return {
        events: batches.flatMap(({ events }) => events),
        // Keeps the positions of owners that do not respond.
        cursor: new Map([
          ...[...cursor].filter(([feed]) => isOurs(feed)),
          ...batches.flatMap((batch) => [...batch.cursor]),
        ]),
      };
    },
  };
};
export type LiveHub = ReturnType<typeof liveHub>;
