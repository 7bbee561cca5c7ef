import type { EventEnvelope } from '@bankside/contracts';
import { documentKeyOf, handlerOf, type Projection } from './projection';
import { blockedEvent, poisonedEvent, type ParkedEvent } from '@bankside/feed';
import { feedPartitionOf, type BlockedStream, type StoredDocument } from './checkpoints';

type GroupedEvents = Readonly<{
  groups: ReadonlyMap<string, readonly EventEnvelope[]>;
  /** Events for which `keyOf` threw. */
  parked: readonly ParkedEvent[];
}>;

/** The events that the projection handles, by document key, in their order. */
export const groupByDocument = (projection: Projection, events: readonly EventEnvelope[]): GroupedEvents => {
  const groups = new Map<string, EventEnvelope[]>();
  const parked: ParkedEvent[] = [];
  const add = (event: EventEnvelope): void => {
    const key = handlerOf(projection, event) && documentKeyOf(projection, event);
    if (key === undefined) return;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  };
  for (const event of events) {
    try {
      add(event);
    } catch (error) {
      parked.push(poisonedEvent(event, error));
    }
  }
  return { groups, parked };
};

const isBlocked = (blocked: readonly BlockedStream[], { source, subject }: EventEnvelope): boolean =>
  blocked.some((one) => one.source === source && one.stream === subject);

export type Applied = Readonly<{ stored: StoredDocument; parked: readonly ParkedEvent[] }>;

/**
 * Applies the events that the document does not have yet. Returns the same object when there are none. A handler that
 * throws parks its event and blocks the stream: handlers are pure, so a retry would throw again.
 */
export const applyEvents = (
  projection: Projection,
  stored: StoredDocument,
  events: readonly EventEnvelope[],
): Applied => {
  const parked: ParkedEvent[] = [];
  const applied = { ...stored.applied };
  let { document, blocked } = stored;
  let changed = false;
  for (const event of events) {
    const feedPartition = feedPartitionOf(event);
    if (event.feedposition <= (applied[feedPartition] ?? 0)) continue;
    applied[feedPartition] = event.feedposition;
    changed = true;
    if (isBlocked(blocked, event)) {
      parked.push({ ...blockedEvent(event), key: stored.key });
      continue;
    }
    try {
      document = handlerOf(projection, event)!(document, event);
    } catch (error) {
      parked.push({ ...poisonedEvent(event, error), key: stored.key });
      blocked = [...blocked, { source: event.source, stream: event.subject, from: event.feedposition }];
    }
  }
  return { stored: changed ? { ...stored, applied, blocked, document } : stored, parked };
};
