import * as z from 'zod';
import { count } from '../fields';
import { servicesWithConsumers } from '../owners';
import type { ApiSection, Operations } from './operation';

/** How long services keep the times of publications and deliveries, and the gateway its requests. */
export const DELIVERIES_KEPT_DAYS = 30;

const time = z.iso.datetime();

/** Lower case, as the gateway makes them. */
export const correlationId = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'must be a UUID in lower case',
  )
  .meta({
    description:
      'Id of a request and of all that followed from it: the header `Correlation-Id` of its response',
    examples: ['6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11'],
  });

const eventId = z
  .string()
  .meta({ description: '`<service>/<partition>/<position>`', examples: ['orders/0/17'] });
const causedBy = z.string().meta({
  description:
    'What directly caused it: the correlation id for the request itself, an event, a saga, or a step of a saga',
  examples: ['orders/0/17'],
});

/** A commit as its owner knows it. */
const commit = z.object({
  id: z.string().meta({ examples: ['orders/order-1@1'] }),
  causedBy,
  at: time.meta({ description: 'When the command was decided' }),
  service: z.string().meta({ examples: ['orders'] }),
  stream: z.string(),
  revision: count,
  events: z
    .array(z.string())
    .meta({ description: 'Types of the stored events', examples: [['OrderPlaced']] }),
  commandId: z.string().optional().meta({ description: 'For staff only' }),
  actor: z.string().optional().meta({ description: 'For staff only' }),
  trace: z.string().optional().meta({ description: 'W3C traceparent; for staff only' }),
  fedAt: time.optional().meta({
    description: 'When the relay moved it from the outbox to the feed. Missing while it waits there',
  }),
});

const publishedEvent = z.object({
  id: eventId,
  type: z.string().meta({ examples: ['orders.order-placed.v1'] }),
  publishedAt: time.optional().meta({
    description: 'When the broker had it. Missing before that, and once the record is older than thirty days',
  }),
});

/** How a consumer received an event. */
const deliveredHow = z.enum(['delivered', 'announced', 'caught-up', 'pulled']).meta({
  description:
    '`delivered` in a message of the broker; `announced` by the broker without its data, which the consumer read from the feed; `caught-up` for a reader with a consistency token, before the broker brought it; `pulled` from the feed because the broker did not bring it',
});
export type DeliveredHow = z.infer<typeof deliveredHow>;

/** An event as one consumer applied it. */
const consumption = z.object({
  consumer: z.string().meta({ description: 'A service, `worker`, or the name of a projection' }),
  at: time,
  how: deliveredHow,
});
const parked = z.object({
  consumer: z.string(),
  at: time,
  state: z.enum(['poison', 'blocked', 'replayed', 'discarded', 'rebuilt']),
  reason: z.string(),
});

/** Query of `GET /deliveries` of a service with consumers: events with their types, `orders/0/17/orders.order-placed.v1`. */
export const deliveriesQuery = z.strictObject({
  events: z
    .string()
    .regex(/^[a-z-]+\/\d{1,5}\/\d{1,15}\/[a-z0-9.-]+(,[a-z-]+\/\d{1,5}\/\d{1,15}\/[a-z0-9.-]+){0,99}$/),
});
/** `GET /deliveries` of a service with consumers. `event` is the id of an event. */
const deliveriesResponse = z.object({
  deliveries: z.array(z.object({ event: eventId, ...consumption.shape })),
  deadLetters: z.array(z.object({ event: eventId, ...parked.shape })),
});
export type DeliveriesResponse = z.infer<typeof deliveriesResponse>;

/** `GET /stories/{correlationId}` of an owner. */
const storyCommits = z.object({
  commits: z.array(z.object({ ...commit.shape, published: z.array(publishedEvent) })),
  more: z.boolean().meta({ description: 'Whether further commits were left out' }),
});
export type StoryCommits = z.infer<typeof storyCommits>;

const sagaEntry = z.object({
  kind: z.literal('saga'),
  id: z.string().meta({ examples: ['saga/6f1c1b0e'] }),
  causedBy,
  at: time.optional(),
  endedAt: time.optional(),
  sagaId: z.string(),
  saga: z.string().meta({ examples: ['place-order'] }),
  state: z.string().meta({
    description:
      '`unknown` of a run without a record, such as a terminated one, once Temporal has deleted it',
    examples: ['confirmed'],
  }),
});
const stepEntry = z.object({
  kind: z.literal('step'),
  id: z.string().meta({ examples: ['saga/6f1c1b0e/authorize'] }),
  causedBy,
  at: time.optional(),
  endedAt: time.optional(),
  step: z.string(),
  service: z.string().optional(),
  state: z.enum(['running', 'done', 'rejected', 'unknown', 'skipped']),
  attempts: count.meta({ description: '1 where only a commit proves the step' }),
  note: z.string().optional().meta({ description: 'The reason of a rejection, or the last error' }),
  compensates: z.string().optional().meta({ description: '`id` of the step that it undoes' }),
});
const service = z.enum(servicesWithConsumers);
const commitEntry = z.object({
  kind: z.literal('commit'),
  ...commit.shape,
  published: z.array(
    z.object({
      ...publishedEvent.shape,
      consumers: z.array(z.object({ service, ...consumption.shape })),
      deadLetters: z.array(z.object({ service, ...parked.shape })),
    }),
  ),
});

const story = z.object({
  correlationId,
  complete: z.boolean().meta({ description: 'Whether every service responded, with all that it knows' }),
  missing: z.array(z.string()).meta({ description: 'Services that did not respond' }),
  notKept: z.array(z.enum(['deliveries', 'requests', 'steps'])).meta({
    description:
      'What is no longer known. `deliveries`: the story has commits older than thirty days, and the times of publications and deliveries of their events were deleted, as `requests` were. `steps`: of a saga in it only the steps are known that a commit proves',
  }),
  requests: z
    .array(
      z.object({
        at: time,
        endedAt: time,
        operation: z.string().meta({ examples: ['placeOrder'] }),
        method: z.string(),
        path: z.string().meta({ examples: ['/api/orders'] }),
        status: z.int().meta({ description: '499: the client did not wait for the response' }),
      }),
    )
    .meta({ description: 'The request and its repeats, oldest first, half a second late' }),
  entries: z
    .array(z.discriminatedUnion('kind', [commitEntry, sagaEntry, stepEntry]))
    .meta({ description: 'Each cause before its effects, whatever the clocks of the services show' }),
});
export type Story = z.infer<typeof story>;
export type StoryEntry = Story['entries'][number];

export const storyOperations = {
  getStory: {
    method: 'get',
    audited: true,
    path: '/api/stories/{correlationId}',
    summary: 'Read all that one request caused',
    description:
      'Commits, publications, deliveries, sagas and their steps. Commits are kept indefinitely, and with them the steps of each saga that ended by itself; times of publications and deliveries for thirty days. What is no longer kept is named in `notKept`. Customers read the stories of their own orders.',
    params: z.strictObject({ correlationId }),
    success: { status: 200, description: 'The story.', schema: story },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'service',
  },
} satisfies Operations;

export const storiesApi = {
  tag: 'stories',
  description: 'What a request caused, across services.',
  operations: storyOperations,
} as const satisfies ApiSection;
