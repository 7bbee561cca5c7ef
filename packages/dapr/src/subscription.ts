import express, { Router, type Request, type Response } from 'express';
import { parseEnvelope, type EventEnvelope } from '@bankside/contracts';

/** Resolves when the effect of the whole batch is durable. After a throw the batch is delivered again, or pulled. */
export type EventHandler = (events: readonly EventEnvelope[]) => Promise<void>;

/** A delivery whose handler failed, or that is not an event. */
export type DeliveryProblem = Readonly<{
  source: string;
  problem: 'handler-failed' | 'not-an-event';
  /** The error of the handler, or the delivered body. */
  detail: unknown;
}>;

type Status = 'SUCCESS' | 'RETRY' | 'DROP';

/** The largest body that a sidecar sends. */
const BODY_LIMIT = '16mb';
const BODY_TYPES = ['application/json', 'application/*+json'];

type Entry = Readonly<{ entryId: string; event: EventEnvelope | undefined }>;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** The entries of a bulk delivery; `undefined` for a single event. */
const entriesOf = (source: string, body: unknown): readonly Entry[] | undefined => {
  const entries = fieldOf(body, 'entries');
  if (!Array.isArray(entries)) return undefined;
  return entries.map((entry: unknown) => ({
    entryId: String(fieldOf(entry, 'entryId')),
    event: parseEnvelope(source, fieldOf(entry, 'event')),
  }));
};

/**
 * `POST /events/<source>`: the routes of the Subscription resources, for bulk and single deliveries.
 *
 * Acknowledges only after the promise of the handler has resolved. A body that is not an event of the source is reported
 * and dropped; if an event was lost that way, the consumer pulls it from the feed.
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
