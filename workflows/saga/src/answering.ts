import { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { SagaDefinition, SagaResult } from './definition';
import { runSaga } from './run-saga';
import { RESULT_UPDATE } from './start';

/** How the saga ended, for the caller who waits for it. `asked` is what the caller believes to have started. */
export const resultUpdate = defineUpdate<SagaResult, [asked: string]>(RESULT_UPDATE);

const refuseOther = (asked: string): void => {
  if (asked !== workflowInfo().memo?.['requestFingerprint'])
    throw ApplicationFailure.nonRetryable('This id was used to ask for something else', 'IdReused');
};

/** Runs a saga whose caller may wait for its end, and not only look it up later. */
export const runSagaWithResultUpdate = async (saga: SagaDefinition): Promise<SagaResult> => {
  const running = runSaga(saga);
  setHandler(resultUpdate, () => running, {
    validator: refuseOther,
    description: 'Waits for the end of the saga.',
  });
  try {
    return await running;
  } finally {
    // Who waits is told before the workflow ends, which would turn them away.
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
};
