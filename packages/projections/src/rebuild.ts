import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { Pull } from '@bankside/feed';
import type { FeedPartition, PartitionBatch } from './checkpoints';
import type { RebuildProgress } from './versions';

/** Events per request: the most that an owner returns. */
const PAGE_EVENTS = 1_000;
/** Events per feed partition that are read ahead of those being applied. Bounds the memory. */
const AHEAD_EVENTS = 4_000;

export type RebuildStep = Readonly<{ feedPartition: FeedPartition; position: number; head: number }>;

type RebuildOptions = Readonly<{
  /** Each feed with the position from which it is read. */
  feeds: readonly Readonly<{
    feedPartition: FeedPartition;
    partition: number;
    position: number;
    pull: Pull;
  }>[];
  apply: (batches: readonly PartitionBatch[]) => Promise<void>;
  mayContinue: () => boolean;
  /** Called after each step, with every feed. */
  onStep: (steps: readonly RebuildStep[]) => void;
  /** Called when a feed cannot be read, which then stays where it is. Without it the rebuild ends with the error. */
  onUnreadable?: ((error: unknown, feedPartition: FeedPartition) => void) | undefined;
}>;

type Feed = {
  readonly feedPartition: FeedPartition;
  readonly partition: number;
  readonly pull: Pull;
  /** Of the last applied event. `buffer` begins right behind it. */
  position: number;
  buffer: readonly EventEnvelope[];
  head: number | undefined;
  unreadable: boolean;
};

const fetchedOf = ({ position, buffer }: Feed): number => position + buffer.length;
const atEnd = (feed: Feed): boolean =>
  feed.unreadable || (feed.head !== undefined && fetchedOf(feed) >= feed.head);

const append = (feed: Feed, page: FeedPage): void => {
  const { feedPartition } = feed;
  const next = fetchedOf(feed) + 1;
  if (page.events.length > 0 && page.events[0]!.feedposition !== next)
    throw new Error(`The feed ${feedPartition} has no position ${next}.`);
  if (page.head < next - 1)
    throw new Error(
      `The feed ${feedPartition} ends at ${page.head}, but ${next - 1} was applied: was it restored from a backup?`,
    );
  feed.buffer = [...feed.buffer, ...page.events];
  feed.head = page.head;
};

const readAhead = async (feed: Feed): Promise<void> => {
  do {
    const { partition, pull } = feed;
    append(feed, await pull({ partition, after: fetchedOf(feed), limit: PAGE_EVENTS }));
  } while (!atEnd(feed) && feed.buffer.length < AHEAD_EVENTS);
};

/** Not always that of the last event: clocks of replicas differ, and a clock that is set may go back. */
const latestTime = ({ buffer }: Feed): string =>
  buffer.reduce((latest, { time }) => (time > latest ? time : latest), '');

/** The time up to which every feed is buffered; undefined when all are read to their ends. */
const horizonOf = (feeds: readonly Feed[]): string | undefined =>
  feeds
    .filter((feed) => !atEnd(feed))
    .map(latestTime)
    .reduce<string | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    );

const batchUntil = (feed: Feed, horizon: string | undefined): PartitionBatch => {
  const { feedPartition, position, buffer } = feed;
  const end = horizon === undefined ? -1 : buffer.findIndex(({ time }) => time > horizon);
  const events = end === -1 ? buffer : buffer.slice(0, end);
  return { feedPartition, from: position, to: position + events.length, events };
};

/**
 * Applies the feeds from their positions to their heads, many events at a time. The feeds advance together in time, so
 * that most events of one document fall into one batch and the document is written once.
 */
export const rebuild = async (options: RebuildOptions): Promise<void> => {
  const { apply, mayContinue, onStep, onUnreadable } = options;
  const feeds = options.feeds.map((one): Feed => ({
    ...one,
    buffer: [],
    head: undefined,
    unreadable: false,
  }));
  const read = (feed: Feed): Promise<void> =>
    readAhead(feed).catch((error: unknown) => {
      if (onUnreadable === undefined) throw error;
      onUnreadable(error, feed.feedPartition);
      feed.unreadable = true;
    });
  const readAll = () =>
    Promise.all(feeds.filter((feed) => !atEnd(feed) && feed.buffer.length < AHEAD_EVENTS).map(read));
  await readAll();
  while (mayContinue()) {
    const horizon = horizonOf(feeds);
    const batches = feeds.map((feed) => batchUntil(feed, horizon)).filter(({ events }) => events.length > 0);
    if (batches.length === 0) return;
    for (const batch of batches) {
      const feed = feeds.find(({ feedPartition }) => feedPartition === batch.feedPartition)!;
      feed.buffer = feed.buffer.slice(batch.events.length);
      feed.position = batch.to;
    }
    await Promise.all([apply(batches), readAll()]);
    onStep(
      feeds.map(({ feedPartition, position, head }) => ({ feedPartition, position, head: head ?? position })),
    );
  }
};

const REPORT_EVERY_MS = 1_000;

/** Turns the steps of a rebuild into progress, reported at most once a second and at the end of each stage. */
export const rebuildProgress = (
  report: (progress: RebuildProgress) => void,
  now = () => performance.now(),
) => {
  let reportedAt = -Infinity;
  let start: Readonly<{ at: number; events: number }> | undefined;
  let last: RebuildProgress | undefined;
  const onStep = (steps: readonly RebuildStep[]): void => {
    const events = steps.reduce((sum, { position }) => sum + position, 0);
    const of = steps.reduce((sum, { head }) => sum + head, 0);
    const at = now();
    start ??= { at, events };
    if (at - reportedAt < REPORT_EVERY_MS && events < of) return;
    reportedAt = at;
    const seconds = (at - start.at) / 1000;
    const perSecond = seconds > 0 ? Math.round((events - start.events) / seconds) : 0;
    const left = of - events;
    const secondsLeft = left === 0 || perSecond > 0 ? Math.ceil(left / (perSecond || 1)) : null;
    last = { stage: 'events', events, of, perSecond, secondsLeft };
    report(last);
  };
  const onIndexing = (): void => {
    start = undefined;
    if (last) report({ ...last, stage: 'indexes', secondsLeft: null });
  };
  return { onStep, onIndexing };
};
