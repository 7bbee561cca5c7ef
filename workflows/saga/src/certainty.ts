import { ApplicationFailure, CancellationScope, upsertSearchAttributes } from '@temporalio/workflow';
import { attempt, forEver, orRefused, tenTimes, type Patience } from './attempts';
import type { StepBoard } from './board';
import type { Call } from './definition';
import { isRefusal } from './failures';
import { operator, type Decision } from './operator';
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
export const isAbort = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === ABORTED;

export type CertainOptions = Readonly<{
  local?: boolean;
  /** It must be answered, and not be done: a refusal ends it. */
  refusable?: boolean;
}>;

const patienceOf = (round: number, refusable: boolean): Patience => {
  const patience = round === 1 ? tenTimes : forEver;
  return refusable ? orRefused(patience) : patience;
};

/** Runs calls that must be done: without end, unless an operator ends it. */
export const certainty = (board: StepBoard) => {
  const { raise, settle } = attention();
  const interruptible = operator();

  const skip = (step: string, by: string): void => {
    board.set(step, { state: 'skipped', note: `skipped by ${by}` });
    settle(step);
  };

  /** Whether that ends it. @throws ApplicationFailure of type `Aborted` */
  const obey = (step: string, { action, by }: Decision): boolean => {
    if (action === 'abort') throw ApplicationFailure.nonRetryable(`${step}: aborted by ${by}`, ABORTED);
    if (action === 'skip') skip(step, by);
    return action === 'skip';
  };

  /** Asks for a person, and for another round. @throws what ends it */
  const goOn = (step: string, error: unknown, refusable: boolean): void => {
    if (isAbort(error) || CancellationScope.current().consideredCancelled) throw error; // Here, or beside us.
    if (!refusable || !isRefusal(error)) return raise(step);
    settle(step);
    throw error;
  };

  /** @throws ApplicationFailure of type `Aborted`; a refusal of what is refusable */
  return async (call: Call, { local = false, refusable = false }: CertainOptions = {}): Promise<void> => {
    const { step } = call;
    // Bounded by nothing but an operator's patience: a round without one lasts until the call succeeds.
    for (let round = 1; ; round += 1) {
      const patience = patienceOf(round, refusable);
      try {
        const decision = await interruptible(step, () =>
          attempt(board, call, { patience, local, round, oneKey: refusable }),
        );
        if (decision === undefined) return settle(step);
        if (obey(step, decision)) return;
      } catch (error) {
        goOn(step, error, refusable);
      }
    }
  };
};
export type Certainly = ReturnType<typeof certainty>;
