import type { EventEnvelope } from '@bankside/contracts';
import { Outage } from './outage';
import { sidecarHttp, type SidecarAnswer, type SidecarOptions } from './sidecar-http';

export type BrokerClientOptions = SidecarOptions & Readonly<{ pubsub: string; timeoutMs?: number }>;

const TIMEOUT_MS = 10_000;
/** One leader a partition publishes, one batch after another. */
const CONNECTIONS = 4;

/**
 * Without a trace id in the event the sidecar writes its own trace over `traceparent`;
 * an empty one keeps the traceparent of the request that caused the event, or none.
 */
const entryOf = (event: EventEnvelope) => ({
  entryId: event.id,
  event: { ...event, traceid: event.traceparent ?? '' },
  contentType: 'application/cloudevents+json',
  metadata: { partitionKey: event.partitionkey },
});

const failedIds = (text: string): ReadonlySet<string> => {
  try {
    const { failedEntries = [] } = JSON.parse(text) as { failedEntries?: readonly { entryId: string }[] };
    return new Set(failedEntries.map(({ entryId }) => entryId));
  } catch {
    return new Set();
  }
};

const failedOf = (
  { status, text }: SidecarAnswer,
  events: readonly EventEnvelope[],
): readonly EventEnvelope[] => {
  if (status >= 200 && status < 300) return [];
  const ids = failedIds(text);
  const failed = events.filter(({ id }) => ids.has(id));
  if (failed.length === 0 || failed.length === events.length)
    throw new Outage(`Publishing was answered with ${status}: ${text.slice(0, 500)}`);
  return failed;
};

/**
 * Bulk publication. Plain HTTP, since the SDK's `publishBulk` reads `entryID` where the sidecar answers `entryId`:
 * it reports a batch that the broker refused as published.
 */
export const brokerClient = (options: BrokerClientOptions) => {
  const { pubsub, timeoutMs = TIMEOUT_MS } = options;
  const http = sidecarHttp(options, { connections: CONNECTIONS });

  return {
    /**
     * The events that the broker did not take, when it took others. The caller bounds the batch.
     * @throws Outage when none is known to be taken
     */
    publish: async (topic: string, events: readonly EventEnvelope[]): Promise<readonly EventEnvelope[]> => {
      if (events.length === 0) return [];
      const answer = await http.request({
        method: 'POST',
        path: `/v1.0/publish/bulk/${encodeURIComponent(pubsub)}/${encodeURIComponent(topic)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(events.map(entryOf)),
        timeoutMs,
      });
      return failedOf(answer, events);
    },
    close: http.close,
  };
};

export type BrokerClient = ReturnType<typeof brokerClient>;
