import { metricTable } from '@bankside/metrics/table';
import { metricMeter, workflowInfo } from '@temporalio/workflow';
import type { SagaState } from './protocol';

export type SagaEnd = Exclude<SagaState, 'running' | 'compensating'>;

const NAME = 'saga_duration_seconds';

/** Records the duration of the saga when it ends. The SDK exports it from the worker, and not again on a replay. */
export const recordEnd = (end: SagaEnd): void => {
  const { help } = metricTable[NAME];
  const { workflowType, startTime } = workflowInfo();
  metricMeter
    .createHistogram(NAME, 'float', undefined, help) // The name has the unit already.
    .record((Date.now() - startTime.getTime()) / 1_000, { saga: workflowType, end });
};
