import { CancellationScope } from '@temporalio/workflow';
import { stepsOf, type SagaDefinition, type Step } from './definition';
import {
  isRejection,
  REASON_INTERNAL_ERROR,
  REASON_UNAVAILABLE,
  REASON_UNDONE_BY_OPERATOR,
  type FailureCause,
} from './errors';
import type { CancelRequest } from './protocol';
import { showState } from './show-state';
import type { StepLog } from './step-log';
import type { StepRunner } from './step-runner';

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

const asUndo = (compensation: Step): Step => ({ ...compensation, isUndo: true });

/**
 * Revokes a pivot that may have run in a lost task. Not needed after a rejection, which the lost task got as well, nor
 * while the server runs a step of the first task.
 * @returns whether the revocation was rejected: the pivot has taken effect, and so has each step before it
 */
export const pivotWon = async (
  { preconditions = [], compensatable, pivot }: SagaDefinition,
  { kind }: FailureCause,
  log: StepLog,
  { runUntilDone }: StepRunner,
): Promise<boolean> => {
  if (pivot.revocation === undefined || kind === 'rejected' || log.isHeldFromStart()) return false;
  try {
    await runUntilDone(asUndo(pivot.revocation), { mayBeRejected: true });
    return false;
  } catch (error) {
    if (!isRejection(error)) throw error;
  }
  log.assumeDone([...preconditions, ...compensatable, pivot]);
  return true;
};

/**
 * Runs compensations and what follows them, one stage after another. A step that needs attention does not hold back the
 * later stages: stock is released although the payment cannot be voided. Resolves once all steps are done.
 * @throws the first failure, once all steps have ended
 */
const unwind = (stages: readonly (readonly Step[])[], { runUntilDone }: StepRunner): Promise<void> =>
  CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const failures: unknown[] = [];
    const all: Promise<void>[] = [];
    const doneOrStuck = (step: Step): Promise<void> =>
      new Promise((resolve) => {
        const done = runUntilDone(step, { onStuck: resolve }).catch((error: unknown) => {
          failures.push(error);
          scope.cancel();
        });
        all.push(done);
        void done.then(resolve);
      });
    for (const stage of stages) if (failures.length === 0) await Promise.all(stage.map(doneOrStuck));
    await Promise.all(all);
    if (failures.length > 0) throw failures[0];
  });

/** Runs the compensations of all steps that may have taken effect, newest first, and reports the outcome to the owner. */
export const compensate = async (
  saga: SagaDefinition,
  { cause, request }: Readonly<{ cause: FailureCause; request: CancelRequest | undefined }>,
  log: StepLog,
  runner: StepRunner,
): Promise<void> => {
  showState('compensating', { needsAttention: cause.kind === 'failed', step: log.turningPoint() });
  const isPending = ({ name }: Step): boolean => log.get(name).state === 'pending'; // Unless it has revoked the pivot.
  const compensations = saga.compensatable.toReversed().map((stage) =>
    stepsOf(stage)
      .filter(mayHaveTakenEffect(log, cause))
      .map(({ compensation }) => asUndo(compensation))
      .filter(isPending),
  );
  const report =
    cause.kind === 'cancelled' ? saga.onCancelled?.(request) : saga.onRejected?.(reasonOf(cause));
  if (report !== undefined) log.add(report, 'outcome');
  await unwind([...compensations, report === undefined ? [] : [report]], runner);
};

export const reasonOf = (cause: Exclude<FailureCause, { kind: 'cancelled' }>): string => {
  switch (cause.kind) {
    case 'rejected':
    case 'late':
      return cause.reason;
    case 'unavailable':
      return REASON_UNAVAILABLE;
    case 'failed':
      return REASON_INTERNAL_ERROR;
    case 'undone':
      return REASON_UNDONE_BY_OPERATOR;
  }
};
