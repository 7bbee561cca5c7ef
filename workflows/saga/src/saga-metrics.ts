import { metricTable } from '@bankside/metrics/table';
import { metricMeter, workflowInfo } from '@temporalio/workflow';
import type { SagaState } from './protocol';

const NAME = 'saga_duration_seconds';
const UNDER_WAY: readonly SagaState[] = ['running', 'compensating'];

/** Records the duration of a saga that reaches an end. The SDK exports it from the worker, and not again on a replay. */
export const recordState = (state: SagaState): void => {
  if (UNDER_WAY.includes(state)) return;
  const { workflowType, startTime } = workflowInfo();
  metricMeter
    .createHistogram(NAME, 'float', undefined, metricTable[NAME].help) // The name has the unit already.
    .record((Date.now() - startTime.getTime()) / 1_000, { saga: workflowType, end: state });
};
