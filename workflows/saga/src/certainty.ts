import { ApplicationFailure, CancellationScope, upsertSearchAttributes } from '@temporalio/workflow';
import { attempt, forEver, tenTimes } from './attempts';
import type { StepBoard } from './board';
import type { Call } from './definition';
import { operator } from './operator';
import { searchAttributes } from './search-attributes';

/** The steps for which a person is asked to look, shown to the outside. */
const attention = () => {
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
const isAbort = (error: unknown): boolean => error instanceof ApplicationFailure && error.type === ABORTED;

/** Runs calls that must be done: without end, unless an operator ends it. */
export const certainty = (board: StepBoard) => {
  const { raise, settle } = attention();
  const interruptible = operator();

  const skip = (step: string, by: string): void => {
    board.set(step, { state: 'skipped', note: `skipped by ${by}` });
    settle(step);
  };

  /** @throws ApplicationFailure of type `Aborted` */
  return async (call: Call, { local = false } = {}): Promise<void> => {
    const { step } = call;
    // Bounded by nothing but an operator's patience: a round without one lasts until the call succeeds.
    for (let round = 1; ; round += 1) {
      try {
        const decision = await interruptible(step, () =>
          attempt(board, call, { patience: round === 1 ? tenTimes : forEver, local, round }),
        );
        if (decision === undefined) return settle(step);
        if (decision.action === 'skip') return skip(step, decision.by);
        if (decision.action === 'abort')
          throw ApplicationFailure.nonRetryable(`${step}: aborted by ${decision.by}`, ABORTED);
      } catch (error) {
        if (isAbort(error) || CancellationScope.current().consideredCancelled) throw error; // Here, or beside us.
        raise(step);
      }
    }
  };
};
export type Certainly = ReturnType<typeof certainty>;
