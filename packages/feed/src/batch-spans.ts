import type { EventEnvelope } from '@bankside/contracts';
import { recordSpan, withSpan } from '@bankside/telemetry';
import type { FeedEntry } from './outbox-reader';

/**
 * Publishes to the owner's topic. Resolves when the broker has accepted all events, else throws; must end within a bounded time.
 * `texts` are the events as JSON.
 */
export type Publish = (events: readonly EventEnvelope[], texts: readonly string[]) => Promise<void>;

/** Attributes of the span of a batch, and links to the commits that its events come from. */
export const batchSpan = (
  target: string,
  topic: string,
  events: readonly EventEnvelope[],
  consumer?: string,
) => ({
  target,
  links: events.map(({ traceparent }) => traceparent),
  attributes: {
    'messaging.system': 'dapr',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': events.length,
    'bankside.feed.position': events.at(-1)?.feedposition ?? 0,
    ...(consumer !== undefined && { 'bankside.consumer': consumer }),
  },
});

export const topicOf = (source: string): string => `${source}.events`;

/** Records the time of each commit of the batch in the outbox. */
const recordOutboxTimes = (batch: readonly Pick<FeedEntry, 'event' | 'committedAt'>[]): void => {
  for (const [index, { event, committedAt }] of batch.entries()) {
    const { source, subject, streamrevision, feedposition, traceparent, time } = event;
    const next = batch[index + 1]?.event;
    const isLastOfCommit = next?.subject !== subject || next.streamrevision !== streamrevision;
    if (traceparent === undefined || !isLastOfCommit) continue;
    recordSpan('outbox', {
      target: source,
      parent: traceparent,
      start: committedAt ?? new Date(time),
      attributes: {
        'bankside.stream': subject,
        'bankside.revision': streamrevision,
        'bankside.feed.position': feedposition,
      },
    });
  }
};

/** Publishes a batch and records how long its commits were in the outbox. */
export const publishTraced = async (batch: readonly FeedEntry[], publish: Publish): Promise<void> => {
  const events = batch.map(({ event }) => event);
  const texts = batch.map(({ json }) => json);
  const topic = topicOf(events[0]?.source ?? '');
  await withSpan('publication', batchSpan(topic, topic, events), () => publish(events, texts));
  recordOutboxTimes(batch);
};
