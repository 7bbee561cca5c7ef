import { ApplicationFailure, CancellationScope, upsertSearchAttributes } from '@temporalio/workflow';
import { runStep, UNBOUNDED_RETRY, rejectable, RETRIABLE_RETRY, type StepRetry } from './attempts';
import type { StepLog } from './step-log';
import type { Step } from './definition';
import { isRejection } from './errors';
import { operator, type OperatorDecision } from './operator';
import { searchAttributes } from './search-attributes';

/** The steps for which a person is asked to look, shown to the outside. */
const attentionFlag = () => {
  const steps = new Set<string>();
  const show = (): void => {
    const [step] = steps;
    upsertSearchAttributes([
      { key: searchAttributes.needsAttention, value: steps.size > 0 },
      ...(step === undefined ? [] : [{ key: searchAttributes.step, value: step }]),
    ]);
  };
  return {
    raise: (step: string): void => {
      if (steps.has(step)) return;
      steps.add(step);
      show();
    },
    settle: (step: string): void => {
      if (steps.delete(step)) show();
    },
  };
};

const ABORTED = 'Aborted';
export const isAbort = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === ABORTED;

export type RunOptions = Readonly<{
  local?: boolean;
  /** It must be answered, and not be done: a refusal ends it. */
  mayBeRejected?: boolean;
}>;

const patienceOf = (round: number, mayBeRejected: boolean): StepRetry => {
  const patience = round === 1 ? RETRIABLE_RETRY : UNBOUNDED_RETRY;
  return mayBeRejected ? rejectable(patience) : patience;
};

/** Runs calls that must be done: without end, unless an operator ends it. */
export const certainty = (board: StepLog) => {
  const { raise, settle } = attentionFlag();
  const interruptible = operator();

  const skip = (step: string, by: string): void => {
    board.set(step, { state: 'skipped', note: `skipped by ${by}` });
    settle(step);
  };

  /** Whether that ends it. @throws ApplicationFailure of type `Aborted` */
  const applyDecision = (step: string, { action, by }: OperatorDecision): boolean => {
    if (action === 'abort') throw ApplicationFailure.nonRetryable(`${step}: aborted by ${by}`, ABORTED);
    if (action === 'skip') skip(step, by);
    return action === 'skip';
  };

  /** Asks for a person, and for another round. @throws what ends it */
  const goOn = (step: string, error: unknown, mayBeRejected: boolean): void => {
    if (isAbort(error) || CancellationScope.current().consideredCancelled) throw error; // Here, or beside us.
    if (!mayBeRejected || !isRejection(error)) return raise(step);
    settle(step);
    throw error;
  };

  /** @throws ApplicationFailure of type `Aborted`; a refusal of what is mayBeRejected */
  return async (call: Step, { local = false, mayBeRejected = false }: RunOptions = {}): Promise<void> => {
    const { step } = call;
    // Bounded by nothing but an operator's patience: a round without one lasts until the call succeeds.
    for (let round = 1; ; round += 1) {
      const patience = patienceOf(round, mayBeRejected);
      try {
        const decision = await interruptible(step, () =>
          runStep(board, call, { retryPolicy: patience, local, round, oneKey: mayBeRejected }),
        );
        if (decision === undefined) return settle(step);
        if (applyDecision(step, decision)) return;
      } catch (error) {
        goOn(step, error, mayBeRejected);
      }
    }
  };
};
export type RunUntilDone = ReturnType<typeof certainty>;
