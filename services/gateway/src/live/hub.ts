import type { EventEnvelope } from '@bankside/contracts';
import type { Cursor } from './cursor';
import { feedTail, type Pull, type FeedTail } from './tail';

export type LiveBatch = Readonly<{ events: readonly EventEnvelope[]; cursor: Cursor }>;

/** The ends of all feeds. `pulls`: how each source's feed is read. */
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

  /** What there is of one source behind a cursor. A feed that the cursor does not know is read from its end. */
  const readSource = async (source: string, from: FeedTail, cursor: Cursor): Promise<LiveBatch> => {
    const positions = new Map<string, number>();
    const events: EventEnvelope[] = [];
    for (const [partition, head] of from.heads()) {
      const feed = `${source}/${partition}`;
      const asked = cursor.get(feed);
      const position =
        asked === undefined ? undefined : await from.within(partition, asked).catch(() => asked);
      // An owner that does not answer holds back its own events only.
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
    /** Resolves when there is something new. Ask for it before reading. */
    changed: (): Promise<void> => next,
    /** Wakes all readers, so that they look whether they shall end. */
    wake: changed,
    /** All that is behind a cursor, or a good piece of it. The events of one feed are in their order. */
    read: async (cursor: Cursor): Promise<LiveBatch> => {
      const batches = await Promise.all([...tails].map(([source, from]) => readSource(source, from, cursor)));
      return {
        events: batches.flatMap(({ events }) => events),
        // What the cursor has of an owner who does not answer is kept.
        cursor: new Map([
          ...[...cursor].filter(([feed]) => isOurs(feed)),
          ...batches.flatMap((batch) => [...batch.cursor]),
        ]),
      };
    },
  };
};
export type LiveHub = ReturnType<typeof liveHub>;
