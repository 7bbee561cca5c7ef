import * as z from 'zod';
import { count, text } from '../fields';
import { servicesWithConsumers } from '../owners';
import type { Operations } from './operation';
import { cursorOf } from './paging';
import { correlationId } from './stories';

/** How far behind a consumer is, in words. */
export const lagState = z.enum(['current', 'behind', 'stuck', 'unknown']).meta({
  description:
    '`behind` is slow, `stuck` has not moved for 30 seconds although events are missing, `unknown` has not read the feed yet',
});

const consumerName = text(1, 100).meta({
  description: 'A service, `worker`, or the name of a projection',
  examples: ['accounts'],
});
const source = text(1, 100).meta({ description: 'The owner of the events', examples: ['customers'] });
const stream = text(1, 200).meta({ examples: ['account-1000000017'] });

/** One partition of one source, as one consumer reads it. */
export const consumerLag = z.object({
  consumer: consumerName,
  source,
  partition: count,
  position: count.meta({ description: 'Everything up to this position is applied' }),
  head: count.meta({ description: 'Last position of the feed' }),
  events: count.meta({ description: 'Events that are not applied yet' }),
  seconds: z.number().nonnegative().meta({ description: 'Age of the oldest of them' }),
  state: lagState,
  parked: count.meta({ description: 'Open dead letters' }),
});
export type ConsumerLag = z.infer<typeof consumerLag>;

/** `GET /consumers` of a service. */
export const consumersResponse = z.object({ consumers: z.array(consumerLag) });
export type ConsumersResponse = z.infer<typeof consumersResponse>;

export const deadLetter = z.object({
  consumer: consumerName,
  source,
  partition: count,
  position: count,
  stream,
  type: z.string().meta({ examples: ['customers.customer-registered.v1'] }),
  key: z.string().optional().meta({ description: 'The document of a projection that lacks the event' }),
  correlationId: correlationId.optional(),
  state: z.enum(['poison', 'blocked', 'replayed', 'discarded', 'rebuilt']),
  reason: z.string(),
  at: z.iso.datetime(),
  resolution: z.string().optional().meta({ description: 'Why it was discarded' }),
  resolvedBy: z.string().optional(),
  resolvedAt: z.iso.datetime().optional(),
});
export type DeadLetterResponse = z.infer<typeof deadLetter>;

/** Time, consumer, source, partition and position of the last dead letter of a page. */
const isDeadLetterCursor = ([
  time,
  consumer,
  source,
  partition,
  position,
  ...rest
]: readonly unknown[]): boolean =>
  rest.length === 0 &&
  !Number.isNaN(Date.parse(String(time))) &&
  [consumer, source].every((part) => typeof part === 'string') &&
  [partition, position].every((part) => /^\d{1,15}$/.test(String(part)));

/** Query of `GET /dead-letters`. */
export const deadLettersQuery = z.strictObject({
  consumer: consumerName.optional(),
  source: source.optional(),
  state: z
    .enum(['open', 'resolved'])
    .default('open')
    .meta({ description: 'Open ones, oldest first, or what became of the others, newest first' }),
  cursor: cursorOf(isDeadLetterCursor),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** `GET /dead-letters` of a service. */
export const deadLettersResponse = z.object({
  deadLetters: z.array(deadLetter),
  next: z.string().optional(),
});
export type DeadLettersResponse = z.infer<typeof deadLettersResponse>;

/** Body of `POST /dead-letters/replay`: the stream whose open dead letters are applied in order. */
export const replayRequest = z.strictObject({ consumer: consumerName, source, stream });
/** What of a consumer needs a person: a stream, or a partition. */
export const consumerRef = z.object({ consumer: consumerName, source, stream, partition: count });
/** Body of `POST /dead-letters/discard`: gives up the event that blocks the stream, then replays the rest. */
export const discardRequest = z.strictObject({ ...replayRequest.shape, reason: text(3, 500) });

/** Response of both. */
export const replayResponse = z.object({
  done: z.boolean().meta({ description: 'False if the replay still runs' }),
  left: count.meta({ description: 'Open dead letters of the stream' }),
  deadLetters: z.array(deadLetter),
});
export type ReplayResponse = z.infer<typeof replayResponse>;

/** The head of another service's chain as a consumer has kept it. */
const witnessedHead = z.object({
  source,
  partition: count,
  number: count.meta({ description: 'Number of the commit in the partition' }),
  position: count.meta({ description: 'Last position of the feed after it' }),
  hash: z.string().meta({ description: 'SHA-256 in hexadecimal' }),
  at: z.iso.datetime(),
  signed: z.boolean().meta({ description: 'Whether a known key of the owner signed it' }),
});
/** `GET /witnessed-heads` of a service. */
export const witnessedHeadsResponse = z.object({ heads: z.array(witnessedHead) });
export type WitnessedHeadsResponse = z.infer<typeof witnessedHeadsResponse>;

const service = z.enum(servicesWithConsumers).meta({ examples: ['accounts'] });
const status = z.enum(['ok', 'unavailable']);
const NAMES_SERVICE = 'A cursor belongs to one service: name that service.';

export const consumerOperations = {
  listConsumers: {
    method: 'get',
    path: '/api/consumers',
    summary: 'List the consumers of all services with their lag and open dead letters',
    query: z.strictObject({ service: service.optional().meta({ description: 'Only this service' }) }),
    success: {
      status: 200,
      description: 'Each service has its own status: one that does not respond does not hide the others.',
      schema: z.object({
        services: z.array(z.object({ service, status, consumers: z.array(consumerLag) })),
      }),
    },
    roles: ['operator'],
  },
  listDeadLetters: {
    method: 'get',
    path: '/api/dead-letters',
    summary: 'List the events that consumers could not apply, and those blocked behind them',
    description:
      'With `consumer`, services without a consumer of that name are left out. Pages belong to one service: a request with `cursor` names it.',
    query: z
      .strictObject({
        service: service.optional().meta({ description: 'Only this service' }),
        ...deadLettersQuery.shape,
      })
      .refine((query) => query.cursor === undefined || query.service !== undefined, {
        path: ['cursor'],
        error: NAMES_SERVICE,
      }),
    success: {
      status: 200,
      description:
        'Each service has its own status. An event that cannot be applied blocks its own stream only.',
      schema: z.object({
        services: z.array(z.object({ service, status, ...deadLettersResponse.shape })),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  replayDeadLetters: {
    method: 'post',
    audited: true,
    path: '/api/dead-letters/replay',
    summary: 'Apply the parked events of a stream in order',
    description: 'Stops at the first event that fails again.',
    body: z.strictObject({ service, ...replayRequest.shape }),
    success: { status: 200, description: 'What is left, if anything.', schema: replayResponse },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  discardDeadLetters: {
    method: 'post',
    audited: true,
    path: '/api/dead-letters/discard',
    summary: 'Give up the event that blocks a stream, and apply those behind it',
    description: 'The event stays listed as resolved, with the reason and the operator.',
    body: z.strictObject({ service, ...discardRequest.shape }),
    success: { status: 200, description: 'What is left, if anything.', schema: replayResponse },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
