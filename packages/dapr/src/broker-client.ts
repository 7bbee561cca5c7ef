import { cut } from '@bankside/contracts';
import type { EventMessage } from './event-message';
import { Outage } from './outage';
import { sidecarHttp, type SidecarOptions } from './sidecar-http';

export type BrokerClientOptions = SidecarOptions &
  Readonly<{
    /** The pub/sub component. */
    pubsub: string;
    /** @internal For tests. */
    test?: Readonly<{ timeoutMs?: number }>;
  }>;

const TIMEOUT_MS = 10_000;
/** The leader of each partition publishes one batch after another. */
const CONNECTIONS = 4;

/** Publishes through the sidecar. Uses HTTP, because the SDK's `publish` resolves with an error instead of throwing it. */
export const brokerClient = (options: BrokerClientOptions) => {
  const { pubsub, test } = options;
  const http = sidecarHttp(options, { connections: CONNECTIONS });

  return {
    /**
     * Publishes one message. Brokers with partitions keep the order of messages with equal `partitionKey`.
     * @throws Outage when the broker did not accept it
     */
    publish: async (topic: string, message: EventMessage, partitionKey: string): Promise<void> => {
      const path = `/v1.0/publish/${encodeURIComponent(pubsub)}/${encodeURIComponent(topic)}`;
      const { status, text } = await http.request({
        method: 'POST',
        path: `${path}?metadata.partitionKey=${encodeURIComponent(partitionKey)}`,
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(message),
        timeoutMs: test?.timeoutMs ?? TIMEOUT_MS,
      });
      if (status < 200 || status >= 300) throw new Outage(`Publishing returned ${status}: ${cut(text, 500)}`);
    },
    close: http.close,
  };
};

export type BrokerClient = ReturnType<typeof brokerClient>;
