import express, { Router, type Request, type Response } from 'express';
import { parseEnvelope, type EventEnvelope } from '@bankside/contracts';

/** Resolves when the effect of the whole batch is durable. A throw has the batch delivered again, or pulled. */
export type EventHandler = (events: readonly EventEnvelope[]) => Promise<void>;

/** A delivery that was not acknowledged or not understood. */
export type DeliveryProblem = Readonly<{
  source: string;
  problem: 'handler-failed' | 'not-an-event';
  /** What the handler threw, or what was delivered. */
  detail: unknown;
}>;

type Status = 'SUCCESS' | 'RETRY' | 'DROP';

/** A sidecar's largest body. */
const BODY_LIMIT = '16mb';
const BODY_TYPES = ['application/json', 'application/*+json'];

type Entry = Readonly<{ entryId: string; event: EventEnvelope | undefined }>;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** The entries of a bulk delivery; nothing for a single event. */
const entriesOf = (source: string, body: unknown): readonly Entry[] | undefined => {
  const entries = fieldOf(body, 'entries');
  if (!Array.isArray(entries)) return undefined;
  return entries.map((entry: unknown) => ({
    entryId: String(fieldOf(entry, 'entryId')),
    event: parseEnvelope(source, fieldOf(entry, 'event')),
  }));
};

/**
 * `POST /events/<source>` for Dapr's deliveries, bulk or single: the route of a Subscription resource.
 *
 * Never acknowledges before the handler's promise has resolved. What is no feed event of that source can never be
 * handled, so it is reported and dropped; an event that it may have been is missed and pulled from the feed.
 */
export const subscriptionRoutes = (
  handlers: Readonly<Record<string, EventHandler>>,
  report: (problem: DeliveryProblem) => void,
): Router => {
  const handled = async (
    source: string,
    handler: EventHandler,
    events: readonly EventEnvelope[],
  ): Promise<Status> => {
    try {
      if (events.length > 0) await handler(events);
      return 'SUCCESS';
    } catch (error) {
      report({ source, problem: 'handler-failed', detail: error });
      return 'RETRY';
    }
  };

  const deliver = async (source: string, handler: EventHandler, body: unknown) => {
    const bulk = entriesOf(source, body);
    const entries = bulk ?? [{ entryId: '', event: parseEnvelope(source, body) }];
    const events = entries.flatMap(({ event }) => event ?? []);
    if (events.length < entries.length) report({ source, problem: 'not-an-event', detail: body });
    const status = await handled(source, handler, events);
    const statuses = entries.map(({ entryId, event }) => ({
      entryId,
      status: event ? status : ('DROP' as Status),
    }));
    return bulk ? { statuses } : { status: statuses[0]!.status };
  };

  const router = Router();
  for (const [source, handler] of Object.entries(handlers)) {
    router.post(
      `/events/${source}`,
      express.json({ limit: BODY_LIMIT, type: BODY_TYPES }),
      async (req: Request, res: Response) => void res.json(await deliver(source, handler, req.body)),
    );
  }
  return router;
};
