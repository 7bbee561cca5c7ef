import { appendBounded } from '@bankside/kernel';
import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  defineQuery,
  defineUpdate,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import {
  conflictsWith,
  DECIDE_UPDATE,
  DECISIONS_QUERY,
  KEY_REUSED,
  searchAttributes,
  type OperatorDecision,
  type ReceivedDecision,
} from './protocol';

const decideUpdate = defineUpdate<void, [OperatorDecision]>(DECIDE_UPDATE);
/** The last 256 decisions. A saga that has ended accepts no update, but still this query. */
export const decisionsQuery = defineQuery<readonly ReceivedDecision[]>(DECISIONS_QUERY);

/** Lets an operator interrupt the steps that are retried until done: compensations, the pivot and retriable steps. */
export const operator = () => {
  const running = new Map<string, CancellationScope>();
  const pending = new Map<string, OperatorDecision>();
  let decisions: readonly ReceivedDecision[] = [];

  const decide = (decision: OperatorDecision): void => {
    if (decisions.some(({ key }) => key === decision.key)) return;
    decisions = appendBounded(decisions, { ...decision, at: new Date(Date.now()).toISOString() });
    const scope = running.get(decision.step);
    if (scope === undefined || pending.has(decision.step)) return;
    pending.set(decision.step, decision);
    scope.cancel();
  };
  setHandler(decideUpdate, decide, {
    description: 'Retry, skip or abort a step, once for each key.',
    validator: (decision) => {
      if (decisions.some(conflictsWith(decision)))
        throw ApplicationFailure.nonRetryable('This key was used for another decision', KEY_REUSED);
    },
  });
  setHandler(decisionsQuery, () => decisions, { description: 'The decisions that operators sent.' });

  return {
    decisions: (): readonly ReceivedDecision[] => decisions,
    /** @returns the decision that interrupted `run`, if one did @throws what `run` throws otherwise */
    interruptible: async (step: string, run: () => Promise<void>): Promise<OperatorDecision | undefined> => {
      const scope = new CancellationScope({ cancellable: true, parent: CancellationScope.current() });
      running.set(step, scope);
      try {
        await scope.run(run);
        return undefined;
      } catch (error) {
        const decision = pending.get(step);
        if (decision === undefined) throw error;
        return decision;
      } finally {
        running.delete(step);
        pending.delete(step);
      }
    },
  };
};

/** The search attribute `NeedsAttention`: true while an operator should look at any of the steps. */
export const attentionFlag = () => {
  const steps = new Set<string>();
  const show = (): void => {
    const [step] = steps;
    upsertSearchAttributes([
      { key: searchAttributes.needsAttention, value: steps.size > 0 },
      ...(step === undefined ? [] : [{ key: searchAttributes.step, value: step }]),
    ]);
  };
  return {
    isSet: (): boolean => steps.size > 0,
    set: (step: string): void => {
      if (steps.has(step)) return;
      steps.add(step);
      show();
    },
    clear: (step: string): void => {
      if (steps.delete(step)) show();
    },
  };
};
