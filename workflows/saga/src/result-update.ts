import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { SagaDefinition, SagaResult } from './definition';
import { ID_REUSED, REQUEST_FINGERPRINT, RESULT_UPDATE } from './protocol';
import { resultOf, runToEnd } from './run-saga';

/** The result of the saga. The argument is the fingerprint of the input with which the caller meant to start it. */
export const resultUpdate = defineUpdate<SagaResult, [requestFingerprint: string]>(RESULT_UPDATE);

const rejectOtherRequest = (fingerprint: string): void => {
  if (fingerprint !== workflowInfo().memo?.[REQUEST_FINGERPRINT])
    throw ApplicationFailure.nonRetryable('This id was used for another request', ID_REUSED);
};

/** Runs a saga whose callers wait for the result with Update-with-Start. */
export const runSagaWithResultUpdate = async (saga: SagaDefinition): Promise<SagaResult> => {
  const run = runToEnd(saga);
  setHandler(resultUpdate, async () => resultOf((await run).end), {
    validator: rejectOtherRequest,
    description: 'Waits for the result of the saga.',
  });
  const { end, record } = await run;
  await record();
  // The callers get the result before the workflow ends, since its end would reject their updates.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return resultOf(end);
};
