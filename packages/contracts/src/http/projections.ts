import * as z from 'zod';
import { count, id } from '../fields';
import type { Operations } from './operation';

const name = id.meta({ description: 'Name of a view', examples: ['order-status'] });
const source = id.meta({ description: 'The service that owns the event', examples: ['orders'] });
const lagState = z.enum(['current', 'behind', 'stuck', 'unknown']).meta({
  description: '`behind`: events are missing. `stuck`: events are missing and none is being applied.',
});

const projection = z.object({
  name,
  store: z.enum(['mongodb', 'postgres']),
  definitionVersion: count.meta({ description: 'Version of the definition in the code' }),
  state: lagState,
  activeVersion: count.optional().meta({ description: 'The built version that serves queries' }),
  outdated: z.boolean().optional().meta({ description: 'Built by an older definition' }),
  rebuild: z
    .object({
      version: count.meta({ description: 'The version being built' }),
      startedAt: z.string(),
      stage: z
        .enum(['events', 'indexes'])
        .optional()
        .meta({ description: 'What is being written. Indexes follow the events so far' }),
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
    path: '/api/projections/{projection}',
    summary: 'Read the state of a view and the progress of its rebuild',
    params: z.strictObject({ projection: name }),
    success: { status: 200, description: 'The view.', schema: projection },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  rebuildProjection: {
    method: 'post',
    audited: true,
    path: '/api/projections/{projection}/rebuild',
    summary: 'Rebuild a view from all events',
    description:
      'Builds a new version beside the active one, which serves queries until the new version has caught up.',
    params: z.strictObject({ projection: name }),
    success: { status: 202, description: 'The rebuild has started.', schema: projection },
    problems: { 404: ['not-found'], 409: ['rebuild-running'] },
    roles: ['operator'],
  },
  readDocument: {
    method: 'get',
    audited: true,
    path: '/api/projections/{projection}/documents/{key}',
    summary: 'Read a stored document of a view',
    description:
      'As it is stored, with the position of the last applied event of each feed partition that changed it.',
    params: z.strictObject({
      projection: name,
      key: z
        .string()
        .min(1)
        .max(200)
        .meta({ examples: ['3f0c7a52-58a5-8b7e-9d5c-0c1f6a1b2c3d'] }),
    }),
    success: {
      status: 200,
      description: 'The document.',
      schema: z.object({
        key: z.string(),
        version: count.meta({ description: 'The built version of the view' }),
        changes: count.meta({ description: 'How often it was written' }),
        applied: z.record(z.string(), count).meta({ examples: [{ 'orders/0': 17 }] }),
        document: z.looseObject({}),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  auditProjection: {
    method: 'get',
    path: '/api/projections/{projection}/audit',
    summary: 'Compare a view with a replay of all events',
    description:
      'Reads every feed from its beginning. If that takes longer than a request may, it continues in the background and the response is 503: repeat the request.',
    params: z.strictObject({ projection: name }),
    success: {
      status: 200,
      description: 'Whether the view equals the replay, and the first differences.',
      schema: z.looseObject({ equal: z.boolean() }),
    },
    problems: { 404: ['not-found'], 503: ['audit-running'] },
    roles: ['operator'],
  },
} satisfies Operations;
