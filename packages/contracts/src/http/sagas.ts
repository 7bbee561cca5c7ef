import * as z from 'zod';
import { id, text } from '../fields';
import { sagaNames } from '../sagas/names';
import { withReason } from './attention';
import type { Operation, Operations } from './operation';
import { sagaStates } from '../states';
import { instant, next, page, pageBy } from './paging';
import { sagaId } from './saga-fields';
import { correlationId } from './stories';

const finishing = z
  .boolean()
  .optional()
  .meta({ description: 'Whether this is the run that an operator started to finish the saga by hand' });
const saga = z.object({
  sagaId: z.string(),
  saga: z.string(),
  status: z.string(),
  finishing,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  attributes: z.record(z.string(), z.unknown()),
  recorded: z.literal(true).optional().meta({
    description: 'Temporal no longer has it: this is the record that it stored at its end',
  }),
  /** The workflow in Temporal's web UI. */
  link: z.string().optional(),
});

/** One request of a saga to a service. */
const call = z.object({
  step: z.string().meta({ examples: ['reserve/cd-1495'] }),
  summary: z.string(),
  kind: z.enum(['precondition', 'compensatable', 'pivot', 'retriable', 'outcome']).meta({
    description: '`pivot`: the step that decides. `outcome`: reports how the saga ended',
  }),
  stage: z.int().meta({ description: 'Steps with the same number run side by side' }),
  state: z.enum(['pending', 'running', 'done', 'rejected', 'unknown', 'skipped']),
  attempts: z.int(),
  note: z.string().optional().meta({ description: 'Reason of a rejection, or the last error' }),
  service: z.string().optional().meta({ description: 'Known once it has responded' }),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional().meta({ description: 'Of the last response' }),
  token: z.string().optional().meta({ description: '`Consistency-Token` of what it wrote' }),
  retry: z
    .object({
      since: z.iso.datetime().optional(),
      nextAt: z.iso.datetime().optional(),
      cause: z.string().optional(),
    })
    .optional()
    .meta({
      description: 'Of a step that is being retried: since when, when next, and why the last attempt failed',
    }),
});
export type SagaCall = z.infer<typeof call>;
const sagaStep = z.object({ ...call.shape, compensation: call.optional() });
export type SagaStep = z.infer<typeof sagaStep>;

const decisionTaken = z.object({
  action: z.enum(['retry', 'skip', 'abort']),
  step: z.string(),
  by: z.string(),
  at: z.iso.datetime().optional(),
});

/** The record of a run that has ended, as the worker keeps it. */
const sagaRecord = z.object({
  sagaId: z.string(),
  runId: z.string(),
  workflowType: z.string(),
  saga: z.string(),
  state: z.enum(sagaStates),
  needsAttention: z.boolean(),
  finishing: z.boolean(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  correlationId: z.string().optional(),
  causationId: z.string().optional(),
  customerId: z.string().optional(),
  orderId: z.string().optional(),
  steps: z.array(sagaStep),
  decisions: z.array(decisionTaken.required({ at: true })),
});
/** `GET /saga-records` of the worker. */
const sagaRecordPage = z.object({ records: z.array(sagaRecord), next });
export type SagaRecordPage = z.infer<typeof sagaRecordPage>;
const asBoolean = z.enum(['true', 'false']).transform((value) => value === 'true');

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

const filters = {
  saga: z.enum(sagaNames).optional().meta({ description: 'Kind of saga' }),
  state: z.enum(sagaStates).optional().meta({ description: 'Outcome, or how far it is' }),
  attention: asBoolean.optional().meta({ description: 'Only those that need a person, or the others' }),
  customerId: id.optional(),
  orderId: id.optional(),
  from: instant.optional().meta({ description: 'Started at or after this time' }),
  to: instant.optional().meta({ description: 'Started before this time' }),
};

/** Query of `GET /saga-records` of the worker. */
export const sagaRecordsQuery = z.strictObject({
  ...filters,
  ...pageBy(z.string().regex(/^\d{1,18}$/)),
  correlationId: correlationId.optional(),
});
export type SagaRecordsQuery = z.infer<typeof sagaRecordsQuery>;

export const sagaOperations = {
  listSagas: {
    method: 'get',
    path: '/api/sagas',
    summary: 'List sagas, newest first',
    query: z.strictObject({
      ...page,
      status: z
        .enum(['running', 'completed', 'failed', 'canceled', 'terminated', 'timed-out'])
        .optional()
        .meta({ description: 'As Temporal has it' }),
      ...filters,
    }),
    success: {
      status: 200,
      description: 'A page of sagas.',
      schema: z.object({
        sagas: z.array(saga),
        complete: z.boolean().meta({
          description:
            'False while the worker does not respond, which keeps the sagas that Temporal no longer has',
        }),
        kinds: z.array(z.string()).meta({ description: 'All kinds of sagas, for the filter `saga`' }),
        next,
      }),
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
      schema: z.object({
        ...saga.shape,
        steps: z.array(sagaStep).optional(),
        decisions: z.array(decisionTaken).optional().meta({ description: 'By operators, oldest first' }),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  },
  retrySagaStep: decision('retry', 'Retry a failing step now'),
  skipSagaStep: decision('skip', 'Skip a failing step that was completed by hand'),
  abortSaga: decision('abort', 'Abort a saga: it ends as failed, without compensations'),
  finishSaga: {
    method: 'post',
    audited: true,
    path: '/api/sagas/{sagaId}/finish',
    summary: 'Finish by hand a saga that was aborted, skipped, failed or terminated',
    description:
      'Starts a second run of the saga. If its deciding step never ran, everything that the saga may have left is compensated: an order is rejected, its goods are released and its payment is voided. Otherwise the deciding step is requested again under its key, and the saga completes, or is compensated if that step is rejected. Resolves the items of the saga in `GET /api/attention`.',
    params: z.strictObject({ sagaId }),
    body: withReason,
    success: { status: 202, description: 'The run has started: read the saga.', schema: z.object({}) },
    problems: { 404: ['not-found'], 409: ['saga-still-running', 'saga-complete'] },
    roles: ['operator'],
  },
} satisfies Operations;
