import type { LiveEvent } from './api-types';

/** Events in memory; the oldest are dropped. */
const MOST = 2_000;

/** A page of the feeds. */
export type EventPage = Readonly<{
  events: readonly LiveEvent[];
  next?: string | undefined;
  missing: readonly string[];
}>;

export type EventList = Readonly<{
  /** Each once, newest first by time. */
  events: readonly LiveEvent[];
  /** Where older events continue. */
  next: string | undefined;
  /** Owners whose events are missing, because they did not respond. */
  missing: readonly string[];
}>;

export const noEvents: EventList = { events: [], next: undefined, missing: [] };

const newestFirst = (a: LiveEvent, b: LiveEvent): number => {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  return a.source === b.source ? b.feedposition - a.feedposition : a.source < b.source ? -1 : 1;
};

const merged = (...lists: readonly (readonly LiveEvent[])[]): readonly LiveEvent[] =>
  [...new Map(lists.flat().map((event) => [event.id, event])).values()].toSorted(newestFirst);

/** The list with events that have just been published. */
export const withLive = (list: EventList, news: readonly LiveEvent[]): EventList => ({
  ...list,
  events: merged(list.events, news).slice(0, MOST),
});

/** The list with the newest page of the feeds. What was known before stays, unless events between them are unknown. */
export const withNewest = (list: EventList, page: EventPage): EventList => {
  const [newestKnown, oldestOfPage] = [list.events[0], page.events.at(-1)];
  const isJoined =
    newestKnown !== undefined && (oldestOfPage === undefined || oldestOfPage.time <= newestKnown.time);
  if (!isJoined) return { events: page.events.toSorted(newestFirst), next: page.next, missing: page.missing };
  return { ...list, events: merged(list.events, page.events).slice(0, MOST), missing: page.missing };
};

/** The list with the page that `next` led to. */
export const withOlder = (list: EventList, page: EventPage): EventList => ({
  events: merged(list.events, page.events),
  next: page.next,
  missing: page.missing,
});
