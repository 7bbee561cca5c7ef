import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { runStep, COMPENSATABLE_RETRY, throwIfCancelled } from './attempts';
import { stepsOf, stepLog, type StepLog } from './step-log';
import { certainty, isAbort, type RunUntilDone } from './certainty';
import type { Step, SagaDefinition, SagaResult, Stage } from './definition';
import { INTERNAL_ERROR, failureCause, UNAVAILABLE, type FailureCause } from './errors';
import { searchAttributes, type SagaState } from './search-attributes';

const shielded = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

type Shown = Readonly<{ needsAttention?: boolean; step?: string | undefined }>;

const show = (state: SagaState, { needsAttention = false, step }: Shown = {}): void =>
  upsertSearchAttributes([
    { key: searchAttributes.sagaState, value: state },
    ...(needsAttention ? [{ key: searchAttributes.needsAttention, value: true }] : []),
    ...(step === undefined ? [] : [{ key: searchAttributes.step, value: step }]),
  ]);

/** The first call that fails stops the others, and is thrown when they have stopped; undo refuses what comes late. */
const sideBySide = <C extends Step>(stage: Stage<C>, run: (call: C) => Promise<void>): Promise<void> =>
  CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const failures: unknown[] = [];
    const stopAll = (error: unknown): void => {
      failures.push(error);
      scope.cancel();
    };
    await Promise.all(stepsOf(stage).map((call) => run(call).catch(stopAll)));
    if (failures.length > 0) throw failures[0];
  });

/** Steps that may be refused. Everything here can still be undone; once the pivot is asked, it must be answered. */
const runForward = async (
  { compensatable: undoable, pivot }: SagaDefinition,
  board: StepLog,
  certainly: RunUntilDone,
): Promise<void> => {
  for (const stage of undoable)
    await sideBySide(stage, (call) =>
      runStep(board, call, { retryPolicy: COMPENSATABLE_RETRY, local: true }),
    );
  throwIfCancelled();
  if (pivot) await shielded(() => certainly(pivot, { mayBeRejected: true }));
};

/**
 * Which calls may have happened, whatever is known of them: an answer may have been lost, and so may a workflow task
 * with all that its local activities did. Only a refusal says for sure: it is what that task was answered as well, so
 * nothing behind it was ever asked.
 */
const mayHaveHappened =
  (board: StepLog, { kind }: FailureCause) =>
  ({ step }: Step): boolean => {
    const { state } = board.report(step);
    return state !== 'rejected' && !(state === 'pending' && kind === 'rejected');
  };

const compensate = async (
  saga: SagaDefinition,
  setback: FailureCause,
  board: StepLog,
  certainly: RunUntilDone,
): Promise<void> => {
  for (const stage of saga.compensatable.toReversed()) {
    const calls = stepsOf(stage).filter(mayHaveHappened(board, setback));
    await sideBySide(calls, ({ compensation: undo }) => certainly(undo));
  }
};

const outcomeStep = (
  { onRejected: onRefused, onCancelled }: SagaDefinition,
  setback: FailureCause,
): Step | undefined => {
  switch (setback.kind) {
    case 'rejected':
      return onRefused?.(setback.reason);
    case 'unavailable':
      return onRefused?.(UNAVAILABLE);
    case 'cancelled':
      return onCancelled?.();
    case 'failed':
      return onRefused?.(INTERNAL_ERROR);
  }
};

const rollBack = async (
  saga: SagaDefinition,
  setback: FailureCause,
  board: StepLog,
  certainly: RunUntilDone,
): Promise<void> => {
  show('compensating', { needsAttention: setback.kind === 'failed', step: board.turn() });
  await compensate(saga, setback, board, certainly);
  const call = outcomeStep(saga, setback);
  if (call === undefined) return;
  board.add(call);
  await certainly(call);
};

/** @throws when the saga was cancelled or failed: all is undone then, too */
const endOf = (setback: FailureCause): SagaResult => {
  switch (setback.kind) {
    case 'rejected':
      show('rejected');
      return { status: 'rejected', reason: setback.reason };
    case 'unavailable':
      show('rejected');
      return { status: 'rejected', reason: UNAVAILABLE };
    case 'cancelled':
      show('cancelled');
      throw new CancelledFailure('Cancelled, and undone');
    case 'failed':
      show('failed', { needsAttention: true });
      throw ApplicationFailure.nonRetryable(`Undone after a failure: ${setback.message}`, 'SagaFailed');
  }
};

/** The first stage is on record before it runs: that the pivot is passed is then certain, too. */
const complete = async (
  { retriable: certain, pivot }: SagaDefinition,
  certainly: RunUntilDone,
): Promise<void> => {
  for (const [index, stage] of certain.entries())
    await sideBySide(stage, (call) => certainly(call, { local: index > 0 || pivot !== undefined }));
};

const noteAbort = (error: unknown): never => {
  show('aborted', { needsAttention: true });
  throw error;
};

/**
 * Runs a saga to one of its ends: everything done, or everything undone that may have been done.
 * A refusal is a result; a failed workflow means that a person must look, and says so by `NeedsAttention`.
 */
export const runSaga = async (saga: SagaDefinition): Promise<SagaResult> => {
  const board = stepLog(saga);
  const certainly = certainty(board);
  try {
    await runForward(saga, board, certainly);
  } catch (error) {
    if (isAbort(error)) return noteAbort(error);
    const setback = failureCause(error);
    await shielded(() => rollBack(saga, setback, board, certainly)).catch(noteAbort);
    return endOf(setback);
  }
  await shielded(() => complete(saga, certainly)).catch(noteAbort);
  show('confirmed', { step: board.last() });
  const tokens = board.tokens();
  return { status: 'confirmed', ...(tokens.length > 0 && { tokens }) };
};
