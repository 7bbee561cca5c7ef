import type { EventEnvelope } from '@bankside/contracts';
import { keyOf, stepOf, type View } from '../view';

/** A source and a partition of its feed: `accounts/0`. */
export type Place = string;
export const placeOf = (event: Pick<EventEnvelope, 'source' | 'feedpartition'>): Place =>
  `${event.source}/${event.feedpartition}`;

/** A stream of which a document lacks the events from a position on: one of them could not be applied. */
export type Held = Readonly<{ source: string; stream: string; from: number }>;

/** A document with what guards it. */
export type Stored = Readonly<{
  key: string;
  /** Counts the writes; 0 means that it is not stored yet. */
  rev: number;
  /** Up to which position of each feed its events are in it, or put aside: a repeat is seen, whoever sends it. */
  applied: Readonly<Record<Place, number>>;
  held: readonly Held[];
  document: object;
}>;

/** An event that a document lacks. `key` is undefined when the view could not even tell which document. */
export type Letter = Readonly<{
  key: string | undefined;
  event: EventEnvelope;
  state: 'poison' | 'held';
  reason: string;
  stack?: string | undefined;
}>;

export type Folded = Readonly<{ stored: Stored; letters: readonly Letter[] }>;

const HELD_REASON = 'waits behind an earlier event of its stream';

export const unstored = (of: View, key: string): Stored => ({
  key,
  rev: 0,
  applied: {},
  held: [],
  document: of.empty(key),
});

const poison = (key: string | undefined, event: EventEnvelope, error: unknown): Letter => ({
  key,
  event,
  state: 'poison',
  reason: error instanceof Error ? error.message : String(error),
  stack: error instanceof Error ? error.stack : undefined,
});

export type Grouped = Readonly<{
  groups: ReadonlyMap<string, readonly EventEnvelope[]>;
  /** Events of which the view could not tell the document. */
  letters: readonly Letter[];
}>;

/** The events that change documents of the view, by document, in their order. */
export const byKey = (of: View, events: readonly EventEnvelope[]): Grouped => {
  const groups = new Map<string, EventEnvelope[]>();
  const letters: Letter[] = [];
  const put = (event: EventEnvelope): void => {
    const key = stepOf(of, event) && keyOf(of, event);
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

const isHeld = (held: readonly Held[], { source, subject }: EventEnvelope): boolean =>
  held.some((one) => one.source === source && one.stream === subject);

/**
 * The document with those of the events that it does not have yet; the very same object if there are none. A step that
 * throws puts its event aside, and from then on its stream: steps are pure, so trying again would not help.
 */
export const withEvents = (of: View, stored: Stored, events: readonly EventEnvelope[]): Folded => {
  const letters: Letter[] = [];
  const applied = { ...stored.applied };
  let { document, held } = stored;
  let changed = false;
  for (const event of events) {
    const place = placeOf(event);
    if (event.feedposition <= (applied[place] ?? 0)) continue;
    applied[place] = event.feedposition;
    changed = true;
    if (isHeld(held, event)) {
      letters.push({ key: stored.key, event, state: 'held', reason: HELD_REASON });
      continue;
    }
    try {
      document = stepOf(of, event)!(document, event);
    } catch (error) {
      letters.push(poison(stored.key, event, error));
      held = [...held, { source: event.source, stream: event.subject, from: event.feedposition }];
    }
  }
  return { stored: changed ? { ...stored, applied, held, document } : stored, letters };
};

export type Replayed = Readonly<{
  stored: Stored;
  /** Those that are in the document now, and were or are not held any more. */
  done: readonly EventEnvelope[];
  /** The one that still can't be applied. */
  failed?: Letter;
}>;

/**
 * The document with what was put aside of one stream, in order, up to the next event that can't be applied. What the
 * document does not miss is done without an effect: its letter was left over from a crash.
 */
export const withLetters = (
  of: View,
  stored: Stored,
  { source, stream, events }: Readonly<{ source: string; stream: string; events: readonly EventEnvelope[] }>,
): Replayed => {
  const mark = stored.held.find((one) => one.source === source && one.stream === stream);
  const others = stored.held.filter((one) => one !== mark);
  const done: EventEnvelope[] = [];
  let { document } = stored;
  for (const event of events) {
    // What the document has not been offered yet is still on its way to it.
    if (event.feedposition > (stored.applied[placeOf(event)] ?? 0)) break;
    if (mark !== undefined && event.feedposition >= mark.from) {
      try {
        document = stepOf(of, event)!(document, event);
      } catch (error) {
        const held = [...others, { source, stream, from: event.feedposition }];
        return { stored: { ...stored, document, held }, done, failed: poison(stored.key, event, error) };
      }
    }
    done.push(event);
  }
  return { stored: mark === undefined ? stored : { ...stored, document, held: others }, done };
};
