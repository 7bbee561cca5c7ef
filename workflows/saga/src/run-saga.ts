import {
  allHandlersFinished,
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  condition,
  defineUpdate,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { stepsOf, type SagaDefinition, type SagaResult, type Stage, type Step } from './definition';
import { failureCause, REASON_INTERNAL_ERROR, REASON_UNAVAILABLE, type FailureCause } from './errors';
import { ID_REUSED, REQUEST_FINGERPRINT, RESULT_UPDATE, searchAttributes, type SagaState } from './protocol';
import { stepLog, type StepLog } from './step-log';
import { isAbort, stepRunner, throwIfCancelled, type StepRunner } from './step-runner';

const shielded = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

type Shown = Readonly<{ needsAttention?: boolean; step?: string | undefined }>;

const showState = (state: SagaState, { needsAttention = false, step }: Shown = {}): void =>
  upsertSearchAttributes([
    { key: searchAttributes.sagaState, value: state },
    ...(needsAttention ? [{ key: searchAttributes.needsAttention, value: true }] : []),
    ...(step === undefined ? [] : [{ key: searchAttributes.step, value: step }]),
  ]);

/** Runs the steps of a stage concurrently. The first failure cancels the others, and is thrown once they have ended. */
const runStage = <S extends Step>(stage: Stage<S>, run: (step: S) => Promise<void>): Promise<void> =>
  CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const failures: unknown[] = [];
    const cancelOthers = (error: unknown): void => {
      failures.push(error);
      scope.cancel();
    };
    await Promise.all(stepsOf(stage).map((step) => run(step).catch(cancelOthers)));
    if (failures.length > 0) throw failures[0];
  });

/** Runs the preconditions, the compensatable steps and the pivot. @throws what stops the saga before the pivot has succeeded */
const runForward = async (
  { preconditions = [], compensatable, pivot }: SagaDefinition,
  { runStep, runUntilDone }: StepRunner,
): Promise<void> => {
  for (const stage of preconditions) await runStage(stage, runStep);
  for (const stage of compensatable) await runStage(stage, runStep);
  throwIfCancelled();
  await shielded(() => runUntilDone(pivot, { mayBeRejected: true }));
};

/** Runs the retriable steps. The server has recorded the success of the pivot, so they may run locally. */
const complete = async ({ retriable }: SagaDefinition, { runUntilDone }: StepRunner): Promise<void> => {
  for (const stage of retriable) await runStage(stage, (step) => runUntilDone(step, { local: true }));
};

/**
 * Whether a step may have taken effect. A response may have been lost, and so may a workflow task with the results of all
 * its local activities; so a step that is still pending here may have run in the lost task. Only after a rejection is a
 * pending step known not to have run: the lost task got the same rejection under the same key.
 */
const mayHaveTakenEffect =
  (log: StepLog, { kind }: FailureCause) =>
  ({ name }: Step): boolean => {
    const { state } = log.get(name);
    return state !== 'rejected' && !(state === 'pending' && kind === 'rejected');
  };

/** Runs the compensations of all steps that may have taken effect, newest first. */
const compensate = async (
  { compensatable }: SagaDefinition,
  cause: FailureCause,
  log: StepLog,
  { runUntilDone }: StepRunner,
): Promise<void> => {
  showState('compensating', { needsAttention: cause.kind === 'failed', step: log.turningPoint() });
  for (const stage of compensatable.toReversed()) {
    const steps = stepsOf(stage).filter(mayHaveTakenEffect(log, cause));
    await runStage(steps, ({ compensation }) => runUntilDone(compensation));
  }
};

const reasonOf = (cause: Exclude<FailureCause, { kind: 'cancelled' }>): string => {
  switch (cause.kind) {
    case 'rejected':
      return cause.reason;
    case 'unavailable':
      return REASON_UNAVAILABLE;
    case 'failed':
      return REASON_INTERNAL_ERROR;
  }
};

/** Reports to the owner how the saga ended, if the saga has one. */
const notifyOutcome = async (
  { onRejected, onCancelled }: SagaDefinition,
  cause: FailureCause,
  log: StepLog,
  { runUntilDone }: StepRunner,
): Promise<void> => {
  const step = cause.kind === 'cancelled' ? onCancelled?.() : onRejected?.(reasonOf(cause));
  if (step === undefined) return;
  log.add(step);
  await runUntilDone(step);
};

/** @throws when the saga was cancelled or failed */
const resultOf = (cause: FailureCause, log: StepLog): SagaResult => {
  switch (cause.kind) {
    case 'rejected':
    case 'unavailable': {
      showState('rejected');
      const reasons = log.rejections();
      return { status: 'rejected', reason: reasonOf(cause), ...(reasons.length > 1 && { reasons }) };
    }
    case 'cancelled':
      showState('cancelled');
      throw new CancelledFailure('Cancelled and compensated');
    case 'failed':
      showState('failed', { needsAttention: true });
      throw ApplicationFailure.nonRetryable(`Compensated after a failure: ${cause.message}`, 'SagaFailed');
  }
};

const showAbort = (error: unknown): never => {
  showState('aborted', { needsAttention: true });
  throw error;
};

/**
 * Runs a saga until all its steps are done, or all that may have taken effect are compensated.
 * @returns also when the saga was rejected
 * @throws CancelledFailure when the saga was cancelled and compensated; ApplicationFailure when an operator must look: of
 * type `SagaFailed` after compensation, of type `Aborted` where an operator ended the saga
 */
export const runSaga = async (saga: SagaDefinition): Promise<SagaResult> => {
  const log = stepLog(saga);
  const runner = stepRunner(log);
  try {
    await runForward(saga, runner);
  } catch (error) {
    if (isAbort(error)) return showAbort(error);
    const cause = failureCause(error);
    await shielded(async () => {
      await compensate(saga, cause, log, runner);
      await notifyOutcome(saga, cause, log, runner);
    }).catch(showAbort);
    return resultOf(cause, log);
  }
  await shielded(() => complete(saga, runner)).catch(showAbort);
  showState('confirmed', { step: log.lastStep() });
  const tokens = log.tokens();
  return { status: 'confirmed', ...(tokens.length > 0 && { tokens }) };
};

/** The result of the saga. The argument is the fingerprint of the input with which the caller meant to start it. */
export const resultUpdate = defineUpdate<SagaResult, [requestFingerprint: string]>(RESULT_UPDATE);

const rejectOtherRequest = (fingerprint: string): void => {
  if (fingerprint !== workflowInfo().memo?.[REQUEST_FINGERPRINT])
    throw ApplicationFailure.nonRetryable('This id was used for another request', ID_REUSED);
};

/** Runs a saga whose callers wait for the result with Update-with-Start. */
export const runSagaWithResultUpdate = async (saga: SagaDefinition): Promise<SagaResult> => {
  const result = runSaga(saga);
  setHandler(resultUpdate, () => result, {
    validator: rejectOtherRequest,
    description: 'Waits for the result of the saga.',
  });
  try {
    return await result;
  } finally {
    // The callers get the result before the workflow ends, since its end would reject their updates.
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
};
