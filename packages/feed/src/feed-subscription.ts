import { setTimeout } from 'node:timers/promises';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { contiguousAfter, pullLimit } from './event-batch';
import { PAGE_EVENTS, type PageRequest } from './feed-page';
import { PositionMoved, type Sink } from './sink';

/** Reads a page of the owner's feed, for example by Dapr service invocation. */
export type Pull = (request: PageRequest) => Promise<FeedPage>;

/** How long missing events may take to arrive by themselves: in another delivery, or through another replica. */
const GAP_TIMEOUT_MS = 10;
/** Events that one transaction applies at most. */
export const BATCH_EVENTS = 2_000;

export type FeedSubscriptionOptions = Readonly<{
  source: string;
  partition: number;
  pull: Pull;
  sink: Sink;
  /** Called with every page: the feed may have more partitions than were known. */
  onPage: (page: FeedPage) => void;
  /** Delivered events that are queued. */
  waiting: () => readonly EventEnvelope[];
  gapTimeoutMs?: number | undefined;
}>;

/** Moves the checkpoint of one partition forward, one call at a time. */
export const feedSubscription = (options: FeedSubscriptionOptions) => {
  const { source, partition, pull, sink, onPage, waiting, gapTimeoutMs = GAP_TIMEOUT_MS } = options;
  /** The last position known to be durable. Unconfirmed at first and after an error. */
  let checkpoint = 0;
  let confirmed = false;
  let head = 0;
  let pulled = false;

  const reread = async (): Promise<number> => {
    checkpoint = await sink.position(partition);
    confirmed = true;
    head = Math.max(head, checkpoint);
    return checkpoint;
  };

  const pullPage = async (after: number, limit: number, flushed = false): Promise<FeedPage> => {
    const page = await pull({ partition, after, limit, flushed });
    head = Math.max(head, page.head);
    pulled = true;
    onPage(page);
    if (page.head < after)
      throw new Error(
        `The feed ${source}/${partition} ends at ${page.head}, below the checkpoint ${after}: was it restored from a backup?`,
      );
    return page;
  };

  const apply = async (
    from: number,
    contiguous: readonly EventEnvelope[],
    how: DeliveredHow,
  ): Promise<number> => {
    const events = contiguous.slice(0, BATCH_EVENTS);
    const to = from + events.length;
    try {
      await sink.apply(partition, events, { from, to, how });
    } catch (error) {
      if (error instanceof PositionMoved) return reread();
      throw error;
    }
    head = Math.max(head, to);
    checkpoint = to;
    return to;
  };

  const applyPage = async (after: number, { events }: FeedPage, how: DeliveredHow): Promise<number> => {
    const { contiguous } = contiguousAfter(after, events);
    if (contiguous.length === 0)
      throw new Error(`The feed ${source}/${partition} has no position ${after + 1}.`);
    return apply(after, contiguous, how);
  };

  /** Applies everything up to the target. Waits a moment for events that are not in `events`, then pulls them. */
  const advanceTo = async (target: number, events: readonly EventEnvelope[]): Promise<void> => {
    let known = confirmed ? checkpoint : await reread();
    let batch = contiguousAfter(known, events);
    // A delivery without events only announces them.
    const pulledHow = events.length === 0 ? 'announced' : 'pulled';
    let mayWait = gapTimeoutMs > 0 && batch.beyondGap.length > 0;
    while (known < target) {
      if (batch.contiguous.length > 0) known = await apply(known, batch.contiguous, 'delivered');
      else if ((await reread()) > known) known = checkpoint;
      else if (mayWait) {
        mayWait = false;
        await setTimeout(gapTimeoutMs);
        batch = { contiguous: [], beyondGap: [...batch.beyondGap, ...waiting()] };
      } else {
        const limit = pullLimit(known, target, { beyondGap: batch.beyondGap, longest: PAGE_EVENTS });
        known = await applyPage(known, await pullPage(known, limit), pulledHow);
      }
      batch = contiguousAfter(known, [...batch.contiguous, ...batch.beyondGap]);
    }
  };

  /** Applies everything that the feed holds at the first pull; `flushed`: that its owner has committed by then. */
  const pullAll = async (flushed: boolean): Promise<void> => {
    let known = await reread();
    let target: number | undefined;
    while (target === undefined || known < target) {
      const page = await pullPage(known, PAGE_EVENTS, flushed && target === undefined);
      target ??= page.head;
      if (known < page.head) known = await applyPage(known, page, flushed ? 'caught-up' : 'pulled');
    }
  };

  return {
    advanceTo,
    pullAll,
    /** After an error the last effect may be durable or not: the next call reads the checkpoint again. */
    invalidate: (): void => {
      confirmed = false;
    },
    /** `pulled`: the feed has been read at least once, so `head` is known. */
    progress: () => ({ position: checkpoint, head, pulled }),
  };
};
