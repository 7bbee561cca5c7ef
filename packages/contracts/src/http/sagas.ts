import { z } from 'zod';
import { id, text } from '../fields';
import type { Operation, Operations } from './operation';
import { next, page } from './paging';

const sagaId = text(1, 200).meta({ description: 'Workflow id: for place-order, the order id' });
const saga = z.object({
  sagaId: z.string(),
  saga: z.string(),
  status: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  attributes: z.record(z.string(), z.unknown()),
  /** The workflow in Temporal's web UI. */
  link: z.string().optional(),
});

const step = text(1, 200).meta({
  description: 'The step as `GET /api/sagas/{sagaId}` names it',
  examples: ['release/cd-1495'],
});

const decision = <const Path extends string>(path: Path, summary: string) =>
  ({
    method: 'post',
    audited: true,
    path: `/api/sagas/{sagaId}/${path}`,
    summary,
    description:
      'Applies to a step that keeps failing. It has no effect on a step that is not being retried.',
    params: z.strictObject({ sagaId }),
    body: z.strictObject({ step }),
    success: { status: 202, description: 'The saga has accepted the decision.', schema: z.object({}) },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  }) as const satisfies Operation;

export const sagaOperations = {
  listSagas: {
    method: 'get',
    path: '/api/sagas',
    summary: 'List sagas, newest first',
    query: z.strictObject({
      ...page,
      status: z.enum(['running', 'completed', 'failed', 'canceled', 'terminated', 'timed-out']).optional(),
      customerId: id.optional(),
    }),
    success: {
      status: 200,
      description: 'A page of sagas.',
      schema: z.object({ sagas: z.array(saga), next }),
    },
    roles: ['operator'],
  },
  getSaga: {
    method: 'get',
    path: '/api/sagas/{sagaId}',
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
  retrySagaStep: decision('retry', 'Retry a failing step now'),
  skipSagaStep: decision('skip', 'Skip a failing step that was completed by hand'),
  abortSaga: decision('abort', 'Abort a saga: it ends as failed, without compensations'),
} satisfies Operations;
