import express, { Router, type Request, type Response } from 'express';
import type { EventEnvelope } from '@bankside/contracts';
import { eventsOf, type EventKeys, type RejectedMessage } from './event-message';

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
