import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { isOutage } from '@bankside/std';
import { setTimeout } from 'node:timers/promises';
import { PAGE_EVENTS, type Pull } from './feed-page';

/** The positions between which a checkpoint moves, and how the consumer received the events between them. */
export type CheckpointMove = Readonly<{ from: number; to: number; how: DeliveredHow }>;

/** Where a consumer stores the effect of events together with its checkpoint. Replicas share it. */
export type Sink = Readonly<{
  /** The checkpoint: every event up to it has had its effect. 0 at first. */
  position: (partition: number) => Promise<number>;
  /**
   * Makes the effect of the events and the checkpoint `to` durable together, if the checkpoint is `from`.
   * The events are those of the positions `from + 1` to `to`, in order.
   * @throws PositionMoved if it is not; after any other error the effect is durable as a whole or not at all
   */
  apply: (partition: number, events: readonly EventEnvelope[], move: CheckpointMove) => Promise<void>;
}>;

/** Another replica has applied these events. */
export class PositionMoved extends Error {
  override name = 'PositionMoved';
}

/** An event that no retry can apply. It is parked at once; its stream waits behind it, other streams continue. */
export class Poison extends Error {
  override name = 'Poison';
}

/** PostgreSQL: serialization failure, deadlock, lock not available; a database without the tables or rights of this release. */
const RETRIABLE = new Set(['40001', '40P01', '55P03', '3F000', '42P01', '42501']);

/**
 * Whether the failure has nothing to do with the event: an outage, a conflict with another
 * writer, or a database that is not migrated. Such events are never parked.
 */
export const isTransient = (error: unknown): boolean => {
  if (isOutage(error)) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as Readonly<{ code?: unknown }>;
  return error.name === 'VersionConflict' || (typeof code === 'string' && RETRIABLE.has(code));
};

/**
 * Events of one partition above a position, sorted, each once: those that follow the position without a gap, and the
 * others.
 */
type EventBatch = Readonly<{
  contiguous: readonly EventEnvelope[];
  beyondGap: readonly EventEnvelope[];
}>;

export const contiguousAfter = (position: number, events: readonly EventEnvelope[]): EventBatch => {
  const byPosition = new Map(events.map((event) => [event.feedposition, event]));
  const above = [...byPosition.values()]
    .filter((event) => event.feedposition > position)
    .sort((one, other) => one.feedposition - other.feedposition);
  const gapAt = above.findIndex((event, index) => event.feedposition !== position + index + 1);
  return gapAt === -1
    ? { contiguous: above, beyondGap: [] }
    : { contiguous: above.slice(0, gapAt), beyondGap: above.slice(gapAt) };
};

/**
 * How many events to pull next. If the known events leave a single gap, its size; otherwise everything up to the target,
 * because many small pulls cost more than a few events twice.
 */
export const pullLimit = (
  position: number,
  target: number,
  { beyondGap, longest }: Readonly<{ beyondGap: readonly EventEnvelope[]; longest: number }>,
): number => {
  const first = beyondGap[0];
  const last = beyondGap.at(-1);
  const oneGap =
    first !== undefined &&
    last !== undefined &&
    last.feedposition - first.feedposition + 1 === beyondGap.length;
  return Math.min(longest, oneGap ? first.feedposition - position - 1 : target - position);
};

/** By partition, the position of its last event. */
export const lastPositions = (events: readonly EventEnvelope[]): ReadonlyMap<number, number> => {
  const last = new Map<number, number>();
  for (const { feedpartition, feedposition } of events)
    last.set(feedpartition, Math.max(feedposition, last.get(feedpartition) ?? 0));
  return last;
};

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

  const pullPage = async (
    after: number,
    limit: number,
    { flushed = false, shared = false } = {},
  ): Promise<FeedPage> => {
    const page = await pull({ partition, after, limit, flushed, shared });
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
      const page = await pullPage(known, PAGE_EVENTS, {
        flushed: flushed && target === undefined,
        shared: !flushed,
      });
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
