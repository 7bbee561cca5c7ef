import { z } from 'zod';
import { count, id, text } from '../fields';
import type { Operations } from './operation';

const name = id.meta({ description: 'Name of a view', examples: ['order-status'] });
const source = id.meta({ description: 'The service that owns the event', examples: ['orders'] });
const stream = text(1, 200).meta({ examples: ['account-1000000017'] });
const lagState = z.enum(['current', 'behind', 'stuck', 'unknown']).meta({
  description: '`behind`: events are missing. `stuck`: events are missing and none is being applied.',
});

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
      events: count.meta({ description: 'Number of missing events' }),
      seconds: z.number().nonnegative().meta({ description: 'Age of the oldest missing event' }),
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
    summary: 'Read the state of a view and the progress of its rebuild',
    params: z.strictObject({ name }),
    success: { status: 200, description: 'The view.', schema: projection },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  rebuildProjection: {
    method: 'post',
    path: '/api/projections/{name}/rebuild',
    summary: 'Rebuild a view from all events',
    description:
      'Builds a new version beside the active one, which serves queries until the new version has caught up.',
    params: z.strictObject({ name }),
    success: { status: 202, description: 'The rebuild has started.', schema: projection },
    problems: { 404: ['not-found'], 409: ['rebuild-running'] },
    roles: ['operator'],
  },
  auditProjection: {
    method: 'get',
    path: '/api/projections/{name}/audit',
    summary: 'Compare a view with a replay of all events',
    description:
      'Reads every feed from its beginning. If that takes longer than a request may, it continues in the background and the response is 503: repeat the request.',
    params: z.strictObject({ name }),
    success: {
      status: 200,
      description: 'Whether the view equals the replay, and the first differences.',
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
