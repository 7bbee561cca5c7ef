import { z } from 'zod';
import { text } from '../fields';
import type { Operation, Operations } from './operation';

const sagaId = text(1, 200).meta({ description: 'Workflow id: for place-order, the order id' });
const step = text(1, 200).meta({
  description: 'The step as `GET /api/sagas/{sagaId}` names it',
  examples: ['release/cd-1495'],
});

const decision = <const Path extends string>(path: Path, summary: string) =>
  ({
    method: 'post',
    path: `/api/sagas/{sagaId}/${path}`,
    tag: 'operators',
    summary,
    description: 'For a step that must be done and is not. A step that is not being tried is left alone.',
    params: z.strictObject({ sagaId }),
    body: z.strictObject({ step }),
    success: { status: 202, description: 'The saga was told.', schema: z.object({}) },
    problems: { 404: ['not-found'] },
    roles: ['operator'],
  }) as const satisfies Operation;

export const sagaDecisions = {
  retrySagaStep: decision('retry', 'Try a step again now'),
  skipSagaStep: decision('skip', 'Go on without a step, as it was done by hand'),
  abortSaga: decision('abort', 'End a saga as failed, where it stands'),
} satisfies Operations;
