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
import {
  deadLetters,
  parseDeadLetterCursor,
  witnessedHeads,
  type DeadLetter,
  type OperatedConsumer,
  type StreamRef,
} from '@bankside/feed';
import { badRequest, notFound, parseBody, parseQuery } from '@bankside/http';
import { Router, type Request } from 'express';
import type { Pool } from 'pg';
import { onceOnly } from './operator-requests';

export type OperatorRoutesOptions = Readonly<{
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
  state: letter.state,
  reason: letter.reason,
  at: letter.at,
  ...(letter.resolution !== null && { resolution: letter.resolution }),
  ...(letter.resolvedBy !== null && { resolvedBy: letter.resolvedBy }),
  ...(letter.resolvedAt !== null && { resolvedAt: letter.resolvedAt }),
});

const deadLetterRoutes = ({ pool, consumers }: OperatorRoutesOptions): Router => {
  const once = onceOnly(pool);

  const consumerOf = (name: string, source: string): OperatedConsumer => {
    const found = consumers().find((one) => one.name === name && one.sources.includes(source));
    if (found === undefined) throw notFound(`consumer ${name} of ${source}`);
    return found;
  };

  /** Replays the stream and reports what is still open. */
  const replay = async (
    one: OperatedConsumer,
    ref: StreamRef,
    by: string | undefined,
  ): Promise<ReplayResponse> => {
    const done = await one.replay({ source: ref.source, stream: ref.stream, by });
    const open = await deadLetters.openOf(pool, ref);
    return { done, left: open.length, deadLetters: open.map((letter) => toResponse(letter, one.name)) };
  };

  const streamOf = (body: Readonly<{ consumer: string; source: string; stream: string }>) => {
    const one = consumerOf(body.consumer, body.source);
    const ref: StreamRef = { consumer: one.storedAs(), source: body.source, stream: body.stream };
    const rejection = () =>
      notFound(`open dead letter of ${body.consumer} for ${body.source}/${body.stream}`);
    return { one, ref, rejection };
  };
  const operatorOf = (req: Request): string | undefined => actorOf(req)?.subject;

  const router = Router();
  router.use(operatorOnly);
  router.get('/', async (req, res) => {
    const { consumer, source, state, cursor, limit } = parseQuery(deadLettersQuery, req.query);
    if (cursor !== undefined && parseDeadLetterCursor(cursor) === undefined) {
      const detail = 'must be `next` of a page';
      throw badRequest(`cursor ${detail}.`, [{ pointer: 'cursor', detail }]);
    }
    const listed = consumers().filter(({ name }) => consumer === undefined || name === consumer);
    if (consumer !== undefined && listed.length === 0) throw notFound(`consumer ${consumer}`);
    const namesOf = (one: OperatedConsumer): readonly string[] =>
      state === 'open' ? [one.storedAs()] : [one.storedAs(), ...(one.storedBefore?.() ?? [])];
    const names = new Map(listed.flatMap((one) => namesOf(one).map((stored) => [stored, one.name])));
    const query = { consumers: [...names.keys()], source, state, cursor, limit };
    const page = await deadLetters.list(pool, query);
    const response: DeadLettersResponse = {
      ...page,
      deadLetters: page.deadLetters.map((letter) => toResponse(letter, names.get(letter.consumer)!)),
    };
    res.json(response);
  });
  router.post('/replay', async (req, res) => {
    const { one, ref, rejection } = streamOf(parseBody(replayRequest, req.body));
    await once(req, res, {
      status: 200,
      decide: async (client) => (await deadLetters.openOf(client, ref, 1)).length > 0,
      rejection,
      respond: () => replay(one, ref, operatorOf(req)),
    });
  });
  router.post('/discard', async (req, res) => {
    const { reason, ...body } = parseBody(discardRequest, req.body);
    const { one, ref, rejection } = streamOf(body);
    const by = operatorOf(req);
    await once(req, res, {
      status: 200,
      decide: (client) => deadLetters.discard(client, ref, { reason, by }),
      rejection,
      respond: () => replay(one, ref, by),
    });
  });
  return router;
};

/** `/consumers`, `/dead-letters` and `/witnessed-heads`: the same internal routes in every service with consumers, for operators through the gateway. */
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
    '/witnessed-heads': headsRoute,
  };
};
