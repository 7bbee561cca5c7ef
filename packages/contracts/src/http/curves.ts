import * as z from 'zod';
import { count } from '../fields';
import type { Operations } from './operation';
import { instant } from './paging';

/** `GET /outbox` of a service that stores events. */
export const outboxResponse = z.object({
  partitions: z.array(
    z.object({
      partition: count,
      commits: count.meta({ description: 'Commits in the feed' }),
      events: count.meta({ description: 'Last position of the feed' }),
      published: count.meta({ description: 'Last position that the broker has' }),
      waiting: count.meta({ description: 'Commits that are not in the feed yet' }),
      oldestSeconds: z.number().nonnegative().meta({ description: 'Age of the oldest of them' }),
    }),
  ),
});
export type OutboxResponse = z.infer<typeof outboxResponse>;

const byService = z.record(z.string(), z.number().nonnegative());
const rate = (what: string) => byService.meta({ description: `${what}, by service. A missing one is 0.` });

export const sagaEnd = z.enum(['confirmed', 'rejected', 'cancelled', 'failed', 'aborted']);
export type SagaEnd = z.infer<typeof sagaEnd>;

const curvesSample = z.object({
  at: z.iso.datetime(),
  seconds: z.number().positive().meta({ description: 'Time since the previous sample' }),
  commitsPerSecond: rate('Commits that the relay moved to the feed, a second'),
  publishedPerSecond: rate('Events that the relay published, a second'),
  outbox: rate('Commits that wait in the outbox'),
  outboxSeconds: rate('Age of the oldest of them'),
  lagSeconds: byService.meta({
    description: 'Age of the oldest event that a view lacks, by view. A missing one is 0.',
  }),
  sagas: z.array(
    z.object({
      saga: z.string(),
      end: sagaEnd,
      count: z.int().positive().meta({ description: 'Sagas that ended so since the previous sample' }),
      p95Seconds: z.number().nonnegative().meta({ description: '95th percentile of their durations' }),
    }),
  ),
  unavailable: z.array(z.string()).meta({
    description: 'Services, and `temporal`, that did not respond: their figures are unknown, not 0',
  }),
});
export type CurvesSample = z.infer<typeof curvesSample>;

const mark = z.object({
  at: z.iso.datetime(),
  text: z.string().meta({ examples: ['inventory fails on purpose', 'rebuild order-status'] }),
  service: z.string().optional(),
});
export type CurvesMark = z.infer<typeof mark>;

export const curvesOperations = {
  readCurves: {
    method: 'get',
    path: '/api/curves',
    summary: 'Read the last fifteen minutes of the system as curves',
    description:
      'Samples of commits, publications, outboxes, views and sagas, and what operators did meanwhile. Each replica of the gateway keeps its own in memory: a sample every five seconds while an operator reads them, else every thirty. Figures are exact for the whole system; a restart of the gateway begins with an empty history.',
    query: z.strictObject({
      after: instant.optional().meta({ description: 'Only samples after this time, and marks since then' }),
    }),
    success: {
      status: 200,
      description: 'Oldest first.',
      schema: z.object({
        at: z.iso.datetime().meta({ description: 'Time of the response' }),
        samples: z.array(curvesSample),
        marks: z.array(mark),
      }),
    },
    roles: ['operator'],
  },
} satisfies Operations;
