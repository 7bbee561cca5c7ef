import { cut, type EventEnvelope } from '@bankside/contracts';
import { type EventMessage, eventsOf, type EventKeys, type RejectedMessage } from './event-message';
import { Outage } from './outage';
import { sidecarHttp, type SidecarOptions } from './sidecar-http';
import express, { Router, type Request, type Response } from 'express';

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
      // Raw: the message is a CloudEvent already, and the sidecar need not parse and write it again.
      const metadata = `metadata.rawPayload=true&metadata.partitionKey=${encodeURIComponent(partitionKey)}`;
      const { status, text } = await http.request({
        method: 'POST',
        path: `/v1.0/publish/${encodeURIComponent(pubsub)}/${encodeURIComponent(topic)}?${metadata}`,
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

/** Resolves when the effect of the whole batch is durable. After a throw the events are delivered again or pulled. */
export type EventHandler = (events: readonly EventEnvelope[]) => Promise<void>;

/** A delivery that failed or was rejected. */
export type DeliveryProblem = Readonly<{
  source: string;
  problem: 'handler-failed' | RejectedMessage;
  /** The error of the handler. */
  error?: unknown;
}>;

/** A sidecar's largest body. */
const BODY_LIMIT = '16mb';
const BODY_TYPES = ['application/json', 'application/*+json'];

export type SubscriptionOptions = Readonly<{
  /** By source. */
  handlers: Readonly<Record<string, EventHandler>>;
  keys: EventKeys;
  report: (problem: DeliveryProblem) => void;
}>;

/**
 * `POST /events/<source>` for Dapr's deliveries: the route of a Subscription resource.
 *
 * Responds only after the handler's promise has resolved. A message without a valid signature of the source is reported
 * and dropped: it changes nothing, and an event that it displaced is pulled from the owner's feed.
 */
export const subscriptionRoutes = ({ handlers, keys, report }: SubscriptionOptions): Router => {
  const deliver = async (source: string, handler: EventHandler, message: unknown): Promise<string> => {
    const events = eventsOf(keys, source, message);
    if (typeof events === 'string') {
      report({ source, problem: events });
      return 'DROP';
    }
    try {
      if (events.length > 0) await handler(events);
      return 'SUCCESS';
    } catch (error) {
      report({ source, problem: 'handler-failed', error });
      return 'RETRY';
    }
  };

  const router = Router();
  for (const [source, handler] of Object.entries(handlers)) {
    router.post(
      `/events/${source}`,
      express.json({ limit: BODY_LIMIT, type: BODY_TYPES }),
      async (req: Request, res: Response) =>
        void res.json({ status: await deliver(source, handler, req.body) }),
    );
  }
  return router;
};
