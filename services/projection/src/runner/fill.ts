import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { Pull } from '@bankside/feed';
import type { Run } from '../store/port';
import type { Place } from './document';

/** Events in one request to a feed: the most that it gives. */
const PAGE_EVENTS = 1_000;
/** Events of one place that are read ahead of those being applied: this and the number of places bound the memory. */
const AHEAD_EVENTS = 4_000;

type Feed = {
  readonly place: Place;
  readonly partition: number;
  readonly pull: Pull;
  /** Up to which event it is applied. The buffer begins right behind. */
  position: number;
  buffer: readonly EventEnvelope[];
  head: number | undefined;
};

export type FillOptions = Readonly<{
  /** Where each feed stands, and how it is read. */
  places: readonly Readonly<{ place: Place; partition: number; position: number; pull: Pull }>[];
  apply: (runs: readonly Run[]) => Promise<void>;
  goesOn: () => boolean;
  /** Told after each step where every place is, and where its feed ends. */
  onStep: (steps: readonly Readonly<{ place: Place; position: number; head: number }>[]) => void;
}>;

const fetchedOf = ({ position, buffer }: Feed): number => position + buffer.length;
const atHead = (feed: Feed): boolean => feed.head !== undefined && fetchedOf(feed) >= feed.head;

const take = (feed: Feed, page: FeedPage): void => {
  const next = fetchedOf(feed) + 1;
  if (page.events.length > 0 && page.events[0]!.feedposition !== next)
    throw new Error(`The feed of ${feed.place} has no position ${next}.`);
  if (page.head < next - 1)
    throw new Error(
      `The feed of ${feed.place} ends at ${page.head}, but ${next - 1} was applied: was it restored?`,
    );
  feed.buffer = [...feed.buffer, ...page.events];
  feed.head = page.head;
};

const readAhead = async (feed: Feed): Promise<void> => {
  do {
    const { partition, pull } = feed;
    take(feed, await pull({ partition, after: fetchedOf(feed), limit: PAGE_EVENTS }));
  } while (!atHead(feed) && feed.buffer.length < AHEAD_EVENTS);
};

/** Until when every feed is known: later events may still lack company of the same time. */
const horizonOf = (feeds: readonly Feed[]): string | undefined =>
  feeds
    .filter((feed) => !atHead(feed))
    .map(({ buffer }) => buffer.at(-1)?.time ?? '')
    .reduce<string | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    );

const runUntil = (feed: Feed, horizon: string | undefined): Run => {
  const { place, position, buffer } = feed;
  const end = horizon === undefined ? -1 : buffer.findIndex(({ time }) => time > horizon);
  const events = end === -1 ? buffer : buffer.slice(0, end);
  return { place, from: position, to: position + events.length, events };
};

/**
 * Applies the feeds from where they stand to their heads, many events at a time. The sources go side by side in time:
 * then most of what happens to one document is in one batch, and it is written once.
 */
export const fill = async ({ places, apply, goesOn, onStep }: FillOptions): Promise<void> => {
  const feeds = places.map((one): Feed => ({ ...one, buffer: [], head: undefined }));
  const readAll = () =>
    Promise.all(feeds.filter((feed) => !atHead(feed) && feed.buffer.length < AHEAD_EVENTS).map(readAhead));
  await readAll();
  while (goesOn()) {
    const horizon = horizonOf(feeds);
    const runs = feeds.map((feed) => runUntil(feed, horizon)).filter(({ events }) => events.length > 0);
    if (runs.length === 0) return;
    for (const run of runs) {
      const feed = feeds.find(({ place }) => place === run.place)!;
      feed.buffer = feed.buffer.slice(run.events.length);
      feed.position = run.to;
    }
    await Promise.all([apply(runs), readAll()]);
    onStep(feeds.map(({ place, position, head }) => ({ place, position, head: head ?? position })));
  }
};
