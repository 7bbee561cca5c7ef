import type { FeedEvent } from '@bankside/feed';
import { keyOf, stepOf, type View } from '../view';

/** A source and a partition of its feed: `accounts/0`. */
export type Place = string;
export const placeOf = (event: Pick<FeedEvent, 'source' | 'feedpartition'>): Place =>
  `${event.source}/${event.feedpartition}`;

/** A document with what guards it. */
export type Stored = Readonly<{
  key: string;
  /** Counts the writes; 0 means that it is not stored yet. */
  rev: number;
  /** Up to which position of each feed its events are in it: a repeat is seen, whoever sends it. */
  applied: Readonly<Record<Place, number>>;
  document: object;
}>;

export const unstored = (of: View, key: string): Stored => ({
  key,
  rev: 0,
  applied: {},
  document: of.empty(key),
});

/** The events that change documents of the view, by document, in their order. */
export const byKey = (of: View, events: readonly FeedEvent[]): ReadonlyMap<string, readonly FeedEvent[]> => {
  const groups = new Map<string, FeedEvent[]>();
  for (const event of events) {
    const key = stepOf(of, event) && keyOf(of, event);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups;
};

/** The document with those of the events that it does not have yet; the very same object if it has them all. */
export const withEvents = (of: View, stored: Stored, events: readonly FeedEvent[]): Stored => {
  const applied = { ...stored.applied };
  let document = stored.document;
  for (const event of events) {
    const place = placeOf(event);
    if (event.feedposition <= (applied[place] ?? 0)) continue;
    document = stepOf(of, event)!(document, event);
    applied[place] = event.feedposition;
  }
  return document === stored.document ? stored : { ...stored, applied, document };
};
