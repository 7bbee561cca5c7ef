import {
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { attempt, forAWhile, untilAnswered } from './attempts';
import { callsOf, stepBoard, type StepBoard } from './board';
import { certainty, type Certainly } from './certainty';
import type { Call, Saga, SagaResult, Stage, UndoableCall } from './definition';
import { INTERNAL_ERROR, setbackOf, type Setback } from './failures';
import { searchAttributes, type SagaState } from './search-attributes';

const shielded = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

const show = (state: SagaState, needsAttention = false): void =>
  upsertSearchAttributes([
    { key: searchAttributes.sagaState, value: state },
    ...(needsAttention ? [{ key: searchAttributes.needsAttention, value: true }] : []),
  ]);

/** The first call that fails stops the others: there is nothing to wait for, and undo refuses what comes late. */
const sideBySide = <C extends Call>(stage: Stage<C>, run: (call: C) => Promise<void>): Promise<void> =>
  CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    try {
      await Promise.all(callsOf(stage).map(run));
    } catch (error) {
      scope.cancel();
      throw error;
    }
  });

const stopIfCancelled = (): void => {
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('Cancelled before the pivot');
};

/** Steps that may be refused. Everything here can still be undone. */
const forward = async ({ undoable, pivot }: Saga, board: StepBoard): Promise<void> => {
  for (const stage of undoable) await sideBySide(stage, (call) => attempt(board, call, forAWhile));
  stopIfCancelled();
  if (pivot) await shielded(() => attempt(board, pivot, untilAnswered));
};

/** A call that was asked and not refused may have happened, whatever was heard of it: the answer may have been lost. */
const mayHaveHappened = (board: StepBoard, { step }: UndoableCall): boolean =>
  !['pending', 'refused'].includes(board.stateOf(step));

const backward = async ({ undoable }: Saga, board: StepBoard, certainly: Certainly): Promise<void> => {
  for (const stage of undoable.toReversed()) {
    const calls = callsOf(stage).filter((call) => mayHaveHappened(board, call));
    await sideBySide(calls, ({ undo }) => certainly(undo));
  }
};

const lastWord = ({ onRefused, onCancelled }: Saga, setback: Setback): Call | undefined => {
  switch (setback.kind) {
    case 'refused':
      return onRefused?.(setback.reason);
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
  show('undoing', setback.kind === 'failed');
  await backward(saga, board, certainly);
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
    case 'cancelled':
      show('cancelled');
      throw new CancelledFailure('Cancelled, and undone');
    case 'failed':
      show('failed', true);
      throw ApplicationFailure.nonRetryable(`Undone after a failure: ${setback.message}`, 'SagaFailed');
  }
};

const noteAbort = (error: unknown): never => {
  show('aborted', true);
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
    await forward(saga, board);
  } catch (error) {
    const setback = setbackOf(error);
    await shielded(() => turnBack(saga, setback, board, certainly)).catch(noteAbort);
    return endOf(setback);
  }
  await shielded(async () => {
    for (const stage of saga.certain) await sideBySide(stage, certainly);
  }).catch(noteAbort);
  show('confirmed');
  return { status: 'confirmed' };
};
