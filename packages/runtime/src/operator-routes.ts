import { actorOf, operatorOnly } from '@bankside/auth';
import { isSignedHead, type EventKeys } from '@bankside/dapr';
import {
  deadLettersQuery,
  discardRequest,
  replayRequest,
  type ConsumerLag,
  type ConsumersResponse,
  type DeadLetterResponse,
  type DeadLettersResponse,
  type ReplayResponse,
  type WitnessedHeadsResponse,
} from '@bankside/contracts/http/consumers';
import { deliveriesQuery, type DeliveriesResponse } from '@bankside/contracts/http/stories';
import {
  deadLetters,
  deliveriesOf,
  witnessedHeads,
  type DeadLetter,
  type EventRef,
  type OperatedConsumer,
  type StreamRef,
} from '@bankside/feed';
import { notFound, parseBody, parseQuery, Problem } from '@bankside/http';
import { Router, type Request } from 'express';
import type { Pool } from 'pg';
import { onceOnly } from './operator-requests';

type OperatorRoutesOptions = Readonly<{
  /** The database of the consumers. */
  pool: Pool;
  consumers: () => readonly OperatedConsumer[];
  /** Verify the heads of feeds that the service has kept. */
  keys: EventKeys;
}>;

/** How far one consumer is behind, with its open dead letters. */
export const readConsumerLag = async (pool: Pool, one: OperatedConsumer): Promise<readonly ConsumerLag[]> => {
  const [lag, parked] = await Promise.all([one.lag(), deadLetters.counts(pool, one.storedAs())]);
  return lag.map(({ source, partition, ...rest }) => ({
    consumer: one.name,
    source,
    partition,
    ...rest,
    parked: parked.get(`${source}/${partition}`) ?? 0,
  }));
};

/** Without the stack, and under the name of the consumer on the operator routes. */
const toResponse = (letter: DeadLetter, consumer: string): DeadLetterResponse => ({
  consumer,
  source: letter.source,
  partition: letter.partition,
  position: letter.position,
  stream: letter.stream,
  type: letter.type,
  ...(letter.key !== null && { key: letter.key }),
  ...(letter.correlationId !== null && { correlationId: letter.correlationId }),
  state: letter.state,
  reason: letter.reason,
  at: letter.at,
  ...(letter.resolution !== null && { resolution: letter.resolution }),
  ...(letter.resolvedBy !== null && { resolvedBy: letter.resolvedBy }),
  ...(letter.resolvedAt !== null && { resolvedAt: letter.resolvedAt }),
});

const deadLetterRoutes = ({ pool, consumers }: OperatorRoutesOptions): Router => {
  const once = onceOnly(pool);

  /** Replays the stream and reports what is still open. */
  const replay = async (
    { one, ref }: Readonly<{ one: OperatedConsumer; ref: StreamRef }>,
    by: string | undefined,
  ): Promise<ReplayResponse> => {
    const done = await one.replay({ source: ref.source, stream: ref.stream, by });
    const open = await deadLetters.openOf(pool, ref);
    return { done, left: open.length, deadLetters: open.map((letter) => toResponse(letter, one.name)) };
  };

  type Stream = Readonly<{ consumer: string; source: string; stream: string }>;

  /** The consumer and its dead letters of a stream. @throws Problem 404 */
  const lettersOf = ({ consumer, source, stream }: Stream) => {
    const one = consumers().find(({ name, sources }) => name === consumer && sources.includes(source));
    if (one === undefined) throw notFound(`consumer ${consumer} of ${source}`);
    const ref: StreamRef = { consumer: one.storedAs(), source, stream };
    return { one, ref };
  };

  /** Changes open dead letters. @returns the problem 404 if there are none, or no such consumer */
  const changeLetters = async (
    body: Stream,
    change: (ref: StreamRef) => Promise<boolean>,
  ): Promise<Problem | undefined> => {
    try {
      if (await change(lettersOf(body).ref)) return undefined;
      return notFound(`open dead letter of ${body.consumer} for ${body.source}/${body.stream}`);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  };
  const operatorOf = (req: Request): string | undefined => actorOf(req)?.subject;

  const router = Router();
  router.use(operatorOnly);
  router.get('/', async (req, res) => {
    const { consumer, source, state, cursor, limit } = parseQuery(deadLettersQuery, req.query);
    const listed = consumers().filter(({ name }) => consumer === undefined || name === consumer);
    if (consumer !== undefined && listed.length === 0) throw notFound(`consumer ${consumer}`);
    const names =
      state === 'open' ? new Map(listed.map((one) => [one.storedAs(), one.name])) : storedNames(listed);
    const query = { consumers: [...names.keys()], source, state, cursor, limit };
    const page = await deadLetters.list(pool, query);
    const response: DeadLettersResponse = {
      ...page,
      deadLetters: page.deadLetters.map((letter) => toResponse(letter, names.get(letter.consumer)!)),
    };
    res.json(response);
  });
  router.post('/replay', async (req, res) => {
    const body = parseBody(replayRequest, req.body);
    await once(req, res, {
      status: 200,
      decide: (client) =>
        changeLetters(body, async (ref) => (await deadLetters.openOf(client, ref, 1)).length > 0),
      respond: () => replay(lettersOf(body), operatorOf(req)),
    });
  });
  router.post('/discard', async (req, res) => {
    const { reason, ...body } = parseBody(discardRequest, req.body);
    const by = operatorOf(req);
    await once(req, res, {
      status: 200,
      decide: (client) => changeLetters(body, (ref) => deadLetters.discard(client, ref, { reason, by })),
      respond: () => replay(lettersOf(body), by),
    });
  });
  return router;
};

/** An event as `GET /deliveries` names it. */
const namedEvent = (text: string) => {
  const [source = '', partition, position, type = ''] = text.split('/');
  return { source, partition: Number(partition), position: Number(position), type };
};
const idOf = ({ source, partition, position }: EventRef): string => `${source}/${partition}/${position}`;

/** The names under which the dead letters of consumers are or were stored, with those of the operator routes. */
const storedNames = (consumers: readonly OperatedConsumer[]): ReadonlyMap<string, string> =>
  new Map(
    consumers.flatMap((one) =>
      [one.storedAs(), ...(one.storedBefore?.() ?? [])].map((stored): [string, string] => [stored, one.name]),
    ),
  );

/** `GET /deliveries?events=…`: when and how the consumers applied events, and which they could not. */
const deliveryRoute = ({ pool, consumers }: OperatorRoutesOptions): Router => {
  const router = Router();
  router.get('/', operatorOnly, async (req, res) => {
    const events = parseQuery(deliveriesQuery, req.query).events.split(',').map(namedEvent);
    const typeOf = new Map(events.map((event) => [idOf(event), event.type]));
    const byName = new Map(consumers().map((one) => [one.name, one]));
    const names = storedNames(consumers());
    const [applied, letters] = await Promise.all([
      deliveriesOf(pool, events, [...byName.keys()]),
      deadLetters.ofEvents(pool, events, [...names.keys()]),
    ]);
    // A delivery is that of a batch, of which a consumer may have put some events aside.
    const parked = new Set(
      letters
        .filter(({ state }) => state !== 'replayed' && state !== 'rebuilt')
        .map(({ consumer, ...event }) => `${names.get(consumer)!} ${idOf(event)}`),
    );
    res.json({
      deliveries: applied
        .map(({ consumer, at, how, ...event }) => ({ event: idOf(event), consumer, at, how }))
        .filter(({ event, consumer }) => !parked.has(`${consumer} ${event}`))
        .filter(({ event, consumer }) => byName.get(consumer)?.handles?.(typeOf.get(event)!) ?? true),
      deadLetters: letters.map(({ consumer, at, state, reason, ...event }) => ({
        event: idOf(event),
        consumer: names.get(consumer)!,
        at,
        state,
        reason,
      })),
    } satisfies DeliveriesResponse);
  });
  return router;
};

/** `/consumers`, `/dead-letters`, `/deliveries` and `/witnessed-heads`: the same internal routes in every service with consumers, for operators through the gateway. */
export const operatorRoutes = (options: OperatorRoutesOptions): Readonly<Record<string, Router>> => {
  const { pool, consumers, keys } = options;
  const lagRoute = Router();
  lagRoute.get('/', operatorOnly, async (_req, res) => {
    const rows = await Promise.all(consumers().map((one) => readConsumerLag(pool, one)));
    res.json({ consumers: rows.flat() } satisfies ConsumersResponse);
  });
  const headsRoute = Router();
  headsRoute.get('/', operatorOnly, async (_req, res) => {
    const heads = (await witnessedHeads(pool)).map(({ source, partition, head }) => ({
      source,
      partition,
      number: head.number,
      position: head.position,
      hash: head.hash,
      at: head.at,
      signed: isSignedHead(keys, { source, partition }, head),
    }));
    res.json({ heads } satisfies WitnessedHeadsResponse);
  });
  return {
    '/consumers': lagRoute,
    '/dead-letters': deadLetterRoutes(options),
    '/deliveries': deliveryRoute(options),
    '/witnessed-heads': headsRoute,
  };
};
