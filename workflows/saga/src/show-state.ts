import { proxySinks, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes, type SagaState } from './protocol';
import { recordState } from './saga-metrics';
import type { SagaSinks } from './saga-sinks';

type Shown = Readonly<{ needsAttention?: boolean; step?: string | undefined }>;

const { telemetry } = proxySinks<SagaSinks>();

const ENDS: ReadonlySet<SagaState> = new Set(['confirmed', 'rejected', 'cancelled', 'failed', 'aborted']);

/** Shows the state to operators, and reports the end of a saga to the worker. */
export const showState = (state: SagaState, { needsAttention = false, step }: Shown = {}): void => {
  recordState(state);
  upsertSearchAttributes([
    { key: searchAttributes.sagaState, value: state },
    ...(needsAttention ? [{ key: searchAttributes.needsAttention, value: true }] : []),
    ...(step === undefined ? [] : [{ key: searchAttributes.step, value: step }]),
  ]);
  if (ENDS.has(state)) telemetry.ended(state, needsAttention);
};
