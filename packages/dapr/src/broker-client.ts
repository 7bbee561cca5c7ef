import type { EventEnvelope } from '@bankside/contracts';
import { Outage } from './outage';
import { sidecarHttp, type SidecarResponse, type SidecarOptions } from './sidecar-http';

export type BrokerClientOptions = SidecarOptions &
  Readonly<{
    /** The pub/sub component. */
    pubsub: string;
    /** @internal For tests. */
    test?: Readonly<{ timeoutMs?: number }>;
  }>;

const TIMEOUT_MS = 10_000;
/** One leader per partition publishes one batch after another. */
const CONNECTIONS = 4;

/**
 * A sidecar overwrites `traceparent` with its own trace unless the event has a `traceid`. An empty `traceid` keeps the
 * `traceparent` of the request that caused the event, or its absence.
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
  { status, text }: SidecarResponse,
  events: readonly EventEnvelope[],
): readonly EventEnvelope[] => {
  if (status >= 200 && status < 300) return [];
  const ids = failedIds(text);
  const failed = events.filter(({ id }) => ids.has(id));
  if (failed.length === 0 || failed.length === events.length)
    throw new Outage(`Publishing failed with ${status}: ${text.slice(0, 500)}`);
  return failed;
};

/**
 * Publishes events in bulk. Plain HTTP, because the SDK's `publishBulk` reads `entryID` where the sidecar responds with
 * `entryId`, and reports a batch that the broker rejected as published.
 */
export const brokerClient = (options: BrokerClientOptions) => {
  const { pubsub, test } = options;
  const http = sidecarHttp(options, { connections: CONNECTIONS });

  return {
    /**
     * Returns the events that the broker rejected while it accepted others. The caller bounds the batch.
     * @throws Outage if no event is known to be accepted
     */
    publish: async (topic: string, events: readonly EventEnvelope[]): Promise<readonly EventEnvelope[]> => {
      if (events.length === 0) return [];
      const answer = await http.request({
        method: 'POST',
        path: `/v1.0/publish/bulk/${encodeURIComponent(pubsub)}/${encodeURIComponent(topic)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(events.map(entryOf)),
        timeoutMs: test?.timeoutMs ?? TIMEOUT_MS,
      });
      return failedOf(answer, events);
    },
    close: http.close,
  };
};

export type BrokerClient = ReturnType<typeof brokerClient>;
