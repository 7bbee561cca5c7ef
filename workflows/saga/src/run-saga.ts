import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  defineSignal,
  setHandler,
  sleep,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { compensate, pivotWon, reasonOf } from './compensate';
import {
  stepsOf,
  type RetriableStep,
  type SagaDefinition,
  type SagaResult,
  type Stage,
  type Step,
} from './definition';
import { failureCause, isRejection, TIME_LIMIT, type FailureCause } from './errors';
import { CANCEL_SIGNAL, FINISH, type CancelRequest, type Finish, type SagaState } from './protocol';
import { recordRun } from './record-run';
import { showState } from './show-state';
import { stepLog, type StepLog } from './step-log';
import { isAbort, stepRunner, throwIfCancelled, type StepRunner } from './step-runner';

const shielded = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

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

export const cancelSignal = defineSignal<[CancelRequest]>(CANCEL_SIGNAL);

/** Runs `work`, and cancels it after the limit. @throws ApplicationFailure of type `TimeLimit` when it was cancelled so */
const withinLimit = async (limit: SagaDefinition['timeLimit'], work: () => Promise<void>): Promise<void> => {
  if (limit === undefined) return work();
  let isOver = false;
  const timer = new CancellationScope();
  const scope = new CancellationScope();
  void timer
    .run(() => sleep(limit.seconds * 1000))
    .then(
      () => {
        isOver = true;
        scope.cancel();
      },
      () => undefined, // Cancelled, because the work has ended.
    );
  try {
    await scope.run(work);
  } catch (error) {
    throw isOver ? ApplicationFailure.nonRetryable(limit.reason, TIME_LIMIT) : error;
  } finally {
    timer.cancel();
  }
};

/** Runs the preconditions, the compensatable steps and the pivot. @throws what stops the saga before the pivot has succeeded */
const runForward = async (
  { preconditions = [], compensatable, pivot, timeLimit }: SagaDefinition,
  { runStep, runUntilDone }: StepRunner,
): Promise<void> => {
  await withinLimit(timeLimit, async () => {
    for (const stage of preconditions) await runStage(stage, runStep);
    for (const stage of compensatable) await runStage(stage, runStep);
    throwIfCancelled();
  });
  const local = pivot.revocation !== undefined;
  await shielded(() => runUntilDone(pivot, { local, mayBeRejected: true }));
};

/** Runs a retriable step, or its fallback once the service has rejected it. */
const runWithFallback = async (step: RetriableStep, log: StepLog, runner: StepRunner): Promise<void> => {
  const { fallback } = step;
  try {
    await runner.runUntilDone(step, { local: true, mayBeRejected: fallback !== undefined });
  } catch (error) {
    if (fallback === undefined || !isRejection(error)) throw error;
    log.add(fallback, 'retriable');
    await runWithFallback(fallback, log, runner);
  }
};

/**
 * Runs the retriable steps. They may run locally: the success of the pivot is recorded by the server, or known to the
 * service that would reject a revocation.
 */
const complete = async ({ retriable }: SagaDefinition, log: StepLog, runner: StepRunner): Promise<void> => {
  for (const stage of retriable) await runStage(stage, (step) => runWithFallback(step, log, runner));
};

/** How a run ends: with a result, or with a failure that an operator must look at, or a cancellation. */
type End = Readonly<{ state: SagaState; step?: string | undefined }> &
  (Readonly<{ result: SagaResult }> | Readonly<{ failure: unknown; needsAttention?: true }>);

const endAfter = (cause: FailureCause, log: StepLog, isRequested: boolean): End => {
  switch (cause.kind) {
    case 'rejected':
    case 'unavailable':
    case 'late':
    case 'undone': {
      const reasons = log.rejections();
      const result = { status: 'rejected' as const, reason: reasonOf(cause) };
      return { state: 'rejected', result: { ...result, ...(reasons.length > 1 && { reasons }) } };
    }
    case 'cancelled':
      return isRequested
        ? { state: 'cancelled', result: { status: 'cancelled' } }
        : { state: 'cancelled', failure: new CancelledFailure('Cancelled and compensated') };
    case 'failed': {
      const message = `Compensated after a failure: ${cause.message}`;
      const failure = ApplicationFailure.nonRetryable(message, 'SagaFailed');
      return { state: 'failed', failure, needsAttention: true };
    }
  }
};

const confirmed = (log: StepLog): End => {
  const tokens = log.tokens();
  const result = { status: 'confirmed' as const, ...(tokens.length > 0 && { tokens }) };
  return { state: 'confirmed', step: log.lastStep(), result };
};

/** Why the steps up to the pivot have to be compensated; undefined once the pivot has succeeded. @throws the abort of an operator */
const causeOf = async (forward: () => Promise<void>): Promise<FailureCause | undefined> => {
  try {
    await forward();
    return undefined;
  } catch (error) {
    if (isAbort(error)) throw error;
    return failureCause(error);
  }
};

/**
 * Repeats the steps up to the pivot when an operator finishes a saga. They ran in the previous run, so any of them may
 * have taken effect.
 */
const repeatPivot = async (
  { pivot }: SagaDefinition,
  { mode }: Finish,
  { runUntilDone }: StepRunner,
): Promise<FailureCause | undefined> => {
  if (mode === 'undo') return { kind: 'undone' };
  const cause = await causeOf(() => shielded(() => runUntilDone(pivot, { mayBeRejected: true })));
  return cause && { kind: 'undone' };
};

type Run = Readonly<{ finish: Finish | undefined; log: StepLog; runner: StepRunner }>;

/** Runs the steps of a saga, or those that finish one by hand. @throws the abort of an operator */
const runSteps = async (saga: SagaDefinition, { finish, log, runner }: Run): Promise<End> => {
  const forward = new CancellationScope();
  let request: CancelRequest | undefined;
  if (finish === undefined && saga.onCancelled !== undefined)
    setHandler(
      cancelSignal,
      (asked) => {
        request ??= asked;
        forward.cancel();
      },
      { description: 'Asks the saga to stop. Without effect once the pivot has succeeded.' },
    );
  const cause = await (finish === undefined
    ? causeOf(() => forward.run(() => runForward(saga, runner)))
    : repeatPivot(saga, finish, runner));
  if (cause?.kind === 'rejected' && cause.reason === saga.succeededReason) {
    log.assumeDone([...saga.compensatable, saga.pivot, ...saga.retriable]);
    return confirmed(log);
  }
  if (cause !== undefined && !(await shielded(() => pivotWon(saga, cause, log, runner)))) {
    await shielded(() => compensate(saga, { cause, request }, log, runner));
    return endAfter(cause, log, request !== undefined);
  }
  await shielded(() => complete(saga, log, runner));
  return confirmed(log);
};

/** Runs a saga to its end. The end is shown at once, and `record` stores it. */
export const runToEnd = async (
  saga: SagaDefinition,
): Promise<Readonly<{ end: End; record: () => Promise<void> }>> => {
  const finish = workflowInfo().memo?.[FINISH] as Finish | undefined;
  const log = stepLog(saga);
  const runner = stepRunner(log, finish);
  const end = await runSteps(saga, { finish, log, runner }).catch((error: unknown): End => {
    if (!(error instanceof TemporalFailure)) throw error; // A defect of the workflow, which waits for corrected code.
    return { state: 'aborted', failure: error, needsAttention: true };
  });
  const needsAttention = 'needsAttention' in end;
  showState(end.state, { needsAttention, step: end.step });
  return {
    end,
    record: () =>
      recordRun({
        saga: saga.name,
        state: end.state,
        needsAttention: needsAttention || runner.needsAttention(),
        steps: log.steps(),
        decisions: runner.decisions().map(({ key: _key, ...decision }) => decision),
      }),
  };
};

/** @throws the failure of the run */
export const resultOf = (end: End): SagaResult => {
  if ('failure' in end) throw end.failure;
  return end.result;
};

/**
 * Runs a saga until all its steps are done, or all that may have taken effect are compensated. With the memo `finish`, it
 * does so for a saga that an operator aborted, or of which one skipped steps.
 * @returns also when the saga was rejected, or cancelled by a request
 * @throws CancelledFailure when the saga was cancelled and compensated; ApplicationFailure when an operator must look: of
 * type `SagaFailed` after compensation, of type `Aborted` where an operator ended the saga
 */
export const runSaga = async (saga: SagaDefinition): Promise<SagaResult> => {
  const { end, record } = await runToEnd(saga);
  await record();
  return resultOf(end);
};
