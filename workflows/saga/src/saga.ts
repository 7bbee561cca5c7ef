import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { attempt, forAWhile, throwIfCancelled } from './attempts';
import { callsOf, stepBoard, type StepBoard } from './board';
import { certainty, isAbort, type Certainly } from './certainty';
import type { Call, Saga, SagaResult, Stage } from './definition';
import { INTERNAL_ERROR, setbackOf, UNAVAILABLE, type Setback } from './failures';
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
const sideBySide = <C extends Call>(stage: Stage<C>, run: (call: C) => Promise<void>): Promise<void> =>
  CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const failures: unknown[] = [];
    const stopAll = (error: unknown): void => {
      failures.push(error);
      scope.cancel();
    };
    await Promise.all(callsOf(stage).map((call) => run(call).catch(stopAll)));
    if (failures.length > 0) throw failures[0];
  });

/** Steps that may be refused. Everything here can still be undone; once the pivot is asked, it must be answered. */
const forward = async ({ undoable, pivot }: Saga, board: StepBoard, certainly: Certainly): Promise<void> => {
  for (const stage of undoable)
    await sideBySide(stage, (call) => attempt(board, call, { patience: forAWhile, local: true }));
  throwIfCancelled();
  if (pivot) await shielded(() => certainly(pivot, { refusable: true }));
};

/**
 * Which calls may have happened, whatever is known of them: an answer may have been lost, and so may a workflow task
 * with all that its local activities did. Only a refusal says for sure: it is what that task was answered as well, so
 * nothing behind it was ever asked.
 */
const mayHaveHappened =
  (board: StepBoard, { kind }: Setback) =>
  ({ step }: Call): boolean => {
    const { state } = board.report(step);
    return state !== 'refused' && !(state === 'pending' && kind === 'refused');
  };

const backward = async (
  saga: Saga,
  setback: Setback,
  board: StepBoard,
  certainly: Certainly,
): Promise<void> => {
  for (const stage of saga.undoable.toReversed()) {
    const calls = callsOf(stage).filter(mayHaveHappened(board, setback));
    await sideBySide(calls, ({ undo }) => certainly(undo));
  }
};

const lastWord = ({ onRefused, onCancelled }: Saga, setback: Setback): Call | undefined => {
  switch (setback.kind) {
    case 'refused':
      return onRefused?.(setback.reason);
    case 'unavailable':
      return onRefused?.(UNAVAILABLE);
    case 'cancelled':
      return onCancelled?.();
    case 'failed':
      return onRefused?.(INTERNAL_ERROR);
  }
};

const turnBack = async (
  saga: Saga,
  setback: Setback,
  board: StepBoard,
  certainly: Certainly,
): Promise<void> => {
  show('undoing', { needsAttention: setback.kind === 'failed', step: board.turn() });
  await backward(saga, setback, board, certainly);
  const call = lastWord(saga, setback);
  if (call === undefined) return;
  board.add(call);
  await certainly(call);
};

/** @throws when the saga was cancelled or failed: all is undone then, too */
const endOf = (setback: Setback): SagaResult => {
  switch (setback.kind) {
    case 'refused':
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
const finish = async ({ certain, pivot }: Saga, certainly: Certainly): Promise<void> => {
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
export const runSaga = async (saga: Saga): Promise<SagaResult> => {
  const board = stepBoard(saga);
  const certainly = certainty(board);
  try {
    await forward(saga, board, certainly);
  } catch (error) {
    if (isAbort(error)) return noteAbort(error);
    const setback = setbackOf(error);
    await shielded(() => turnBack(saga, setback, board, certainly)).catch(noteAbort);
    return endOf(setback);
  }
  await shielded(() => finish(saga, certainly)).catch(noteAbort);
  show('confirmed', { step: board.last() });
  const tokens = board.tokens();
  return { status: 'confirmed', ...(tokens.length > 0 && { tokens }) };
};
