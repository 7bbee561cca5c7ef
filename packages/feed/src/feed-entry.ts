import type { EventEnvelope } from '@bankside/contracts';
import type { Commit, StoredEvent } from '@bankside/kernel';
import { defined, type CausalContext } from '@bankside/std';

/** The part of a stored event that other services may read. `type` never changes once published: `accounts.money-withdrawn.v1`. */
export type PublishedEvent = Readonly<{ type: string; data: object }>;

/**
 * Maps a stored event to the events that are published for it. Must depend on its arguments alone. A throw means a bug: it
 * stops the partition until a release fixes it.
 */
export type PublicationMap = (
  commit: Commit,
  event: StoredEvent,
  index: number,
) => PublishedEvent | readonly PublishedEvent[] | undefined;

/** An event together with the exact text that the feed stores. `index` counts the published events of its commit. `committedAt` is known to the relay that fed it. */
export type FeedEntry = Readonly<{ event: EventEnvelope; json: string; index: number; committedAt?: Date }>;

/** The causal context of what an event causes: its own, with the event as the direct cause. */
export const causedBy = ({ id, traceparent, correlationid }: EventEnvelope): CausalContext => ({
  ...defined({ trace: traceparent, correlationId: correlationid }),
  causationId: id,
});

const publishedEvents = (commit: Commit, map: PublicationMap): readonly PublishedEvent[] =>
  commit.events.flatMap((event, index) => map(commit, event, index) ?? []);

/** The feed entries of one commit, at the positions right after `position`. */
export const entriesOf = (
  commit: Commit,
  map: PublicationMap,
  { source, partition, position }: Readonly<{ source: string; partition: number; position: number }>,
): readonly FeedEntry[] =>
  publishedEvents(commit, map).map(({ type, data }, index) => {
    const feedposition = position + index + 1;
    const event: EventEnvelope = {
      specversion: '1.0',
      id: `${source}/${partition}/${feedposition}`,
      type,
      source,
      subject: commit.stream,
      time: commit.at,
      datacontenttype: 'application/json',
      ...defined({
        traceparent: commit.trace,
        correlationid: commit.correlationId,
        causationid: commit.causationId,
      }),
      partitionkey: commit.stream,
      feedpartition: partition,
      feedposition,
      streamrevision: commit.revision,
      data,
    };
    return { event, json: JSON.stringify(event), index };
  });
