import { z } from 'zod';
import { id } from '../fields';
import { owners } from '../owners';
import type { Operations } from './operation';
import { behind, page, revision } from './paging';

const sagaId = z.string().min(1).max(200).meta({ description: 'Workflow id: for place-order, the order id' });
const saga = z.object({
  sagaId,
  saga: z.string(),
  status: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  attributes: z.record(z.string(), z.unknown()),
  /** The workflow's page in Temporal's own UI. */
  link: z.string().optional(),
});

const streamService = z.enum(owners);

export const operatorOperations = {
  liveEvents: {
    method: 'get',
    path: '/api/events',
    tag: 'operators',
    summary: 'Watch what happens',
    description:
      'Published events as server-sent events, each a CloudEvent in JSON. Coming back with `Last-Event-ID` nothing is missed; otherwise it begins now. The events of one stream come in order. The answer ends now and then, and is meant to be asked for again.',
    query: z.strictObject({
      source: streamService.optional().meta({ description: 'Only events of this service' }),
      after: z
        .string()
        .max(8_000)
        .regex(/^[a-z][a-z0-9-]{0,40}\/\d{1,4}=\d{1,15}(,[a-z][a-z0-9-]{0,40}\/\d{1,4}=\d{1,15})*$/)
        .optional()
        .meta({ description: 'For clients that cannot send `Last-Event-ID`: the same' }),
    }),
    success: {
      status: 200,
      description: 'A stream of events without end.',
      schema: z.string(),
      type: 'text/event-stream',
    },
    problems: { 503: ['too-many-readers'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'nobody',
  },
  listSagas: {
    method: 'get',
    path: '/api/sagas',
    tag: 'operators',
    summary: 'List sagas, newest first',
    query: z.strictObject({
      ...page,
      status: z.enum(['running', 'completed', 'failed', 'canceled', 'terminated', 'timed-out']).optional(),
      customerId: id.optional(),
    }),
    success: {
      status: 200,
      description: 'A page of sagas.',
      schema: z.object({ sagas: z.array(saga), next: z.string().optional() }),
    },
    roles: ['operator'],
  },
  getSaga: {
    method: 'get',
    path: '/api/sagas/{sagaId}',
    tag: 'operators',
    summary: 'Read a saga with its steps and their compensations',
    params: z.strictObject({ sagaId }),
    success: {
      status: 200,
      description: 'The saga. `steps` is missing while no worker is running.',
      schema: z.object({ ...saga.shape, steps: z.array(z.looseObject({ step: z.string() })).optional() }),
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  readStream: {
    method: 'get',
    path: '/api/streams/{service}/{stream}',
    tag: 'operators',
    summary: 'Read the history of a stream, and its state at a revision or time',
    params: z.strictObject({ service: streamService, stream: id.meta({ examples: ['account-1000000017'] }) }),
    query: z.strictObject({
      revision: revision.optional(),
      at: z.iso.datetime().optional(),
      after: behind
        .optional()
        .meta({ description: 'Commits after this revision; `next` of the page before' }),
    }),
    success: { status: 200, description: 'Commits and state.', schema: z.looseObject({}) },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  auditService: {
    method: 'get',
    path: '/api/audit/{service}',
    tag: 'operators',
    summary: 'Fold streams of a service from their first commits and compare',
    description: 'The next streams, as many as fit into two seconds. Go on with `next` until there is none.',
    params: z.strictObject({ service: streamService }),
    query: z.strictObject({
      after: z.coerce
        .number()
        .int()
        .nonnegative()
        .optional()
        .meta({ description: '`next` of the page before' }),
    }),
    success: {
      status: 200,
      description: 'What was counted, and what is wrong.',
      schema: z.object({
        streams: z.int(),
        commits: z.int(),
        events: z.int(),
        problems: z.array(z.object({ stream: z.string(), problem: z.string() })),
        next: z.int().optional(),
      }),
    },
    roles: ['operator'],
  },
} satisfies Operations;
