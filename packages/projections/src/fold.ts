import type { EventEnvelope } from '@bankside/contracts';
import { documentKeyOf, handlerOf, type Projection } from './projection';

/** A source and a partition of its feed: `accounts/0`. */
export type FeedPartition = string;
export const feedPartitionOf = (event: Pick<EventEnvelope, 'source' | 'feedpartition'>): FeedPartition =>
  `${event.source}/${event.feedpartition}`;

/** A stream of which a document lacks the events from a position on: one of them could not be applied. */
export type BlockedStream = Readonly<{ source: string; stream: string; from: number }>;

/** A document with what guards it. */
export type StoredDocument = Readonly<{
  key: string;
  /** Counts the writes; 0 means that it is not stored yet. */
  rev: number;
  /** Up to which position of each feed its events are in it, or put aside: a repeat is seen, whoever sends it. */
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
  document: object;
}>;

/** An event that a document lacks. `key` is undefined when the view could not even tell which document. */
export type ParkedEvent = Readonly<{
  key: string | undefined;
  event: EventEnvelope;
  state: 'poison' | 'blocked';
  reason: string;
  stack?: string | undefined;
}>;

export type Folded = Readonly<{ stored: StoredDocument; letters: readonly ParkedEvent[] }>;

const HELD_REASON = 'waits behind an earlier event of its stream';

export const newDocument = (of: Projection, key: string): StoredDocument => ({
  key,
  rev: 0,
  applied: {},
  blocked: [],
  document: of.initial(key),
});

const poison = (key: string | undefined, event: EventEnvelope, error: unknown): ParkedEvent => ({
  key,
  event,
  state: 'poison',
  reason: error instanceof Error ? error.message : String(error),
  stack: error instanceof Error ? error.stack : undefined,
});

export type GroupedEvents = Readonly<{
  groups: ReadonlyMap<string, readonly EventEnvelope[]>;
  /** Events of which the view could not tell the document. */
  letters: readonly ParkedEvent[];
}>;

/** The events that change documents of the view, by document, in their order. */
export const groupByDocument = (of: Projection, events: readonly EventEnvelope[]): GroupedEvents => {
  const groups = new Map<string, EventEnvelope[]>();
  const letters: ParkedEvent[] = [];
  const put = (event: EventEnvelope): void => {
    const key = handlerOf(of, event) && documentKeyOf(of, event);
    if (key === undefined) return;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  };
  for (const event of events) {
    try {
      put(event);
    } catch (error) {
      letters.push(poison(undefined, event, error));
    }
  }
  return { groups, letters };
};

const isHeld = (blocked: readonly BlockedStream[], { source, subject }: EventEnvelope): boolean =>
  blocked.some((one) => one.source === source && one.stream === subject);

/**
 * The document with those of the events that it does not have yet; the very same object if there are none. A step that
 * throws puts its event aside, and from then on its stream: steps are pure, so trying again would not help.
 */
export const applyEvents = (
  of: Projection,
  stored: StoredDocument,
  events: readonly EventEnvelope[],
): Folded => {
  const letters: ParkedEvent[] = [];
  const applied = { ...stored.applied };
  let { document, blocked } = stored;
  let changed = false;
  for (const event of events) {
    const feedPartition = feedPartitionOf(event);
    if (event.feedposition <= (applied[feedPartition] ?? 0)) continue;
    applied[feedPartition] = event.feedposition;
    changed = true;
    if (isHeld(blocked, event)) {
      letters.push({ key: stored.key, event, state: 'blocked', reason: HELD_REASON });
      continue;
    }
    try {
      document = handlerOf(of, event)!(document, event);
    } catch (error) {
      letters.push(poison(stored.key, event, error));
      blocked = [...blocked, { source: event.source, stream: event.subject, from: event.feedposition }];
    }
  }
  return { stored: changed ? { ...stored, applied, blocked, document } : stored, letters };
};

export type Replayed = Readonly<{
  stored: StoredDocument;
  /** Those that are in the document now, and were or are not held any more. */
  done: readonly EventEnvelope[];
  /** The one that still can't be applied. */
  failed?: ParkedEvent;
}>;

/**
 * The document with what was put aside of one stream, in order, up to the next event that can't be applied. What the
 * document does not miss is done without an effect: its letter was left over from a crash.
 */
export const replayBlocked = (
  of: Projection,
  stored: StoredDocument,
  { source, stream, events }: Readonly<{ source: string; stream: string; events: readonly EventEnvelope[] }>,
): Replayed => {
  const mark = stored.blocked.find((one) => one.source === source && one.stream === stream);
  const others = stored.blocked.filter((one) => one !== mark);
  const done: EventEnvelope[] = [];
  let { document } = stored;
  for (const event of events) {
    // What the document has not been offered yet is still on its way to it.
    if (event.feedposition > (stored.applied[feedPartitionOf(event)] ?? 0)) break;
    if (mark !== undefined && event.feedposition >= mark.from) {
      try {
        document = handlerOf(of, event)!(document, event);
      } catch (error) {
        const blocked = [...others, { source, stream, from: event.feedposition }];
        return { stored: { ...stored, document, blocked }, done, failed: poison(stored.key, event, error) };
      }
    }
    done.push(event);
  }
  return { stored: mark === undefined ? stored : { ...stored, document, blocked: others }, done };
};
