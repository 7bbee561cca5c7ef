import { z } from 'zod';
import { count, id, text } from '../fields';
import type { Operations } from './operation';

const name = id.meta({ description: 'Name of a view', examples: ['order-status'] });
const source = id.meta({ description: 'The service whose event it is', examples: ['orders'] });
const stream = text(1, 200).meta({ examples: ['account-1000000017'] });
const lagState = z
  .enum(['current', 'behind', 'stuck', 'unknown'])
  .meta({ description: 'Slow is `behind`; not moving at all is `stuck`' });

const projection = z.object({
  name,
  store: z.enum(['mongodb', 'postgres']),
  version: count,
  state: lagState,
  generation: count.optional(),
  outdated: z.boolean().optional().meta({ description: 'Built by an older definition' }),
  rebuild: z
    .object({
      generation: count,
      startedAt: z.string(),
      events: count.optional(),
      of: count.optional(),
      perSecond: z.number().optional(),
      secondsLeft: z.number().nullish(),
    })
    .optional(),
  deadLetters: count,
  sources: z.array(
    z.object({
      source,
      partition: count,
      position: count,
      head: count,
      events: count.meta({ description: 'How many are missing' }),
      seconds: z.number().nonnegative().meta({ description: 'Age of the oldest one that is missing' }),
      state: lagState,
    }),
  ),
});

const letter = z.looseObject({
  view: name,
  source,
  partition: count,
  position: count,
  stream,
  state: z.string().meta({ examples: ['poison'] }),
  reason: z.string().nullish(),
});
const replayed = z.object({
  done: z.boolean().meta({ description: 'False when it goes on' }),
  left: count,
  letters: z.array(z.looseObject({ stream })),
});
const letterStream = { view: name, source, stream };

export const projectionOperations = {
  listProjections: {
    method: 'get',
    path: '/api/projections',
    summary: 'List the views with their lag behind each source',
    success: {
      status: 200,
      description: 'All views.',
      schema: z.object({ projections: z.array(projection) }),
    },
    roles: ['operator'],
  },
  getProjection: {
    method: 'get',
    path: '/api/projections/{name}',
    summary: 'Read how a view is, and how far its rebuild',
    params: z.strictObject({ name }),
    success: { status: 200, description: 'The view.', schema: projection },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  rebuildProjection: {
    method: 'post',
    path: '/api/projections/{name}/rebuild',
    summary: 'Rebuild a view from all events, beside the old one',
    description: 'Queries are answered by the old one until the new one has caught up.',
    params: z.strictObject({ name }),
    success: { status: 202, description: 'Begun.', schema: projection },
    problems: { 404: ['not-found'], 409: ['rebuild-running'] },
    roles: ['operator'],
  },
  auditProjection: {
    method: 'get',
    path: '/api/projections/{name}/audit',
    summary: 'Compare a view with the fold of all events',
    description:
      'Reads every feed from its beginning. When that takes longer than a call may, the answer is 503 and it goes on: ask again.',
    params: z.strictObject({ name }),
    success: {
      status: 200,
      description: 'Whether they are equal, and the first differences.',
      schema: z.looseObject({ equal: z.boolean() }),
    },
    problems: { 404: ['not-found'], 503: ['audit-running'] },
    roles: ['operator'],
  },
  listDeadLetters: {
    method: 'get',
    path: '/api/dead-letters',
    summary: 'List the events that a view could not apply, and those held back behind them',
    query: z.strictObject({
      view: name.optional(),
      state: z
        .enum(['open', 'discarded'])
        .default('open')
        .meta({ description: 'What waits for somebody, or what was given up, with the reason' }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    success: {
      status: 200,
      description: 'Only their own streams are held back.',
      schema: z.object({ letters: z.array(letter) }),
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  replayDeadLetters: {
    method: 'post',
    path: '/api/dead-letters/replay',
    summary: 'Apply the events of a stream that were put aside, in their order',
    body: z.strictObject(letterStream),
    success: { status: 200, description: 'What is left, if anything.', schema: replayed },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  discardDeadLetters: {
    method: 'post',
    path: '/api/dead-letters/discard',
    summary: 'Give up the event at the head of a stream that was put aside, and apply the rest',
    body: z.strictObject({ ...letterStream, reason: text(3, 500) }),
    success: { status: 200, description: 'What is left, if anything.', schema: replayed },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
} satisfies Operations;
