import * as z from 'zod';
import { id } from '../fields';
import { owners } from '../owners';
import type { Operations } from './operation';
import { behind, instant, next, page, revision } from './paging';

const service = z.enum(owners);

/** The `id` of a live event: opaque, because the positions in it would show how much the whole bank does. */
export const liveCursor = z
  .string()
  .max(8_000)
  .regex(/^[\w-]{38,}$/);

/** Of the list of a service's streams. Its cursor holds a number of each partition's chain. */
export const streamsQuery = z.strictObject({
  contains: id.optional().meta({ description: 'A part of the name of a stream', examples: ['account-'] }),
  limit: page.limit,
  cursor: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,15}){0,63}$/, 'must be `next` of a page of this list')
    .optional()
    .meta({ description: '`next` of the previous page' }),
});

export const streamOperations = {
  liveEvents: {
    method: 'get',
    audited: true,
    path: '/api/events',
    summary: 'Stream published events as they happen',
    description:
      'Server-sent events, each a CloudEvent in JSON. A request with `Last-Event-ID` resumes where the last one ended; without it, the stream begins now. Events of one stream arrive in order. A message of type `cursor` only moves the id. One of type `gap` means that events were left out because too many happened since: read again what you show. Customers get events about themselves, without positions in feeds. The gateway ends the response from time to time; reconnect to continue.',
    query: z.strictObject({
      source: service.optional().meta({ description: 'Only events of this service' }),
      cursor: liveCursor
        .optional()
        .meta({ description: 'The same as `Last-Event-ID`, for clients that cannot send that header' }),
    }),
    success: {
      status: 200,
      description: 'An endless stream of events.',
      schema: z.string(),
      type: 'text/event-stream',
    },
    problems: { 429: ['too-many-streams'], 503: ['too-many-readers'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'none',
  },
  listEvents: {
    method: 'get',
    audited: true,
    path: '/api/events/history',
    summary: 'List published events of all services, newest first',
    description:
      'Read from the feeds of their owners, which keep every event. `missing` names the owners that do not respond, whose events are not on the page.',
    query: z.strictObject({
      source: service.optional().meta({ description: 'Only events of this service' }),
      until: instant.optional().meta({ description: 'Only events at or before this time' }),
      limit: page.limit,
      cursor: liveCursor.optional().meta({ description: '`next` of the previous page' }),
    }),
    success: {
      status: 200,
      description: 'A page of events.',
      schema: z.object({
        events: z.array(
          z.looseObject({
            id: z.string(),
            type: z.string(),
            source: service,
            subject: z.string(),
            time: z.string(),
            streamrevision: z.int(),
            data: z.record(z.string(), z.unknown()),
          }),
        ),
        missing: z.array(service),
        next,
      }),
    },
    roles: ['teller', 'operator'],
  },
  listStreams: {
    method: 'get',
    path: '/api/streams/{service}',
    summary: 'List the streams of a service, the most recently changed first',
    description:
      'A page covers a bounded number of commits, so it may have fewer streams than `limit` although `next` leads on.',
    params: z.strictObject({ service }),
    query: streamsQuery,
    success: {
      status: 200,
      description: 'A page of streams.',
      schema: z.object({
        streams: z.array(z.object({ stream: z.string(), revision: z.int(), at: z.string() })),
        next,
      }),
    },
    roles: ['operator'],
  },
  readStream: {
    method: 'get',
    audited: true,
    path: '/api/streams/{service}/{stream}',
    summary: 'Read the commits of a stream, and its state at a revision or time',
    params: z.strictObject({ service: service, stream: id.meta({ examples: ['account-1000000017'] }) }),
    query: z.strictObject({
      revision: revision.optional(),
      at: instant.optional(),
      after: behind
        .optional()
        .meta({ description: 'Commits after this revision; `next` of the previous page' }),
    }),
    success: { status: 200, description: 'A page of commits, and the state.', schema: z.looseObject({}) },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
