import { appendBounded } from '@bankside/kernel';
import { ApplicationFailure } from '@temporalio/common';
import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  DECIDE_UPDATE,
  isOther,
  KEY_REUSED,
  REQUESTS_QUERY,
  type Action,
  type KeyedRequest,
  type OperatorRequest,
} from './start';

export type OperatorDecision = Readonly<{ action: Action; by: string }>;

/** For steps that must be done: undo, and what is after the pivot. Any other step is no operator's business. */
export const retryStepSignal = defineSignal<[OperatorRequest]>('retryStep');
export const skipStepSignal = defineSignal<[OperatorRequest]>('skipStep');
export const abortSignal = defineSignal<[OperatorRequest]>('abort');

/** The same by one name, once for each key: for who asks again when there was no answer. */
export const decideUpdate = defineUpdate<void, [KeyedRequest]>(DECIDE_UPDATE);
/** What was asked for under which key. A saga that has ended takes no more updates, yet still answers this. */
export const requestsQuery = defineQuery<readonly KeyedRequest[]>(REQUESTS_QUERY);

/** Lets an operator interrupt a step that is being run. */
export const operator = () => {
  const running = new Map<string, CancellationScope>();
  const decisions = new Map<string, OperatorDecision>();
  let requests: readonly KeyedRequest[] = [];

  const decide = (action: Action, request: OperatorRequest): void => {
    const scope = running.get(request.step);
    if (scope === undefined || decisions.has(request.step)) return;
    decisions.set(request.step, { action, by: request.by ?? 'an operator' });
    scope.cancel();
  };
  const on = (action: Action) => (request: OperatorRequest) => decide(action, request);
  setHandler(retryStepSignal, on('retry'), { description: 'Try a step now, instead of after its back-off.' });
  setHandler(skipStepSignal, on('skip'), { description: 'Go on without a step: it was done by hand.' });
  setHandler(abortSignal, on('abort'), { description: 'End the saga as failed, where it stands.' });

  const onceForKey = (request: KeyedRequest): void => {
    if (requests.some(({ key }) => key === request.key)) return;
    requests = appendBounded(requests, request);
    decide(request.action, request);
  };
  setHandler(decideUpdate, onceForKey, {
    description: 'Retry, skip or abort a step, once for each key.',
    validator: (request) => {
      if (requests.some(isOther(request)))
        throw ApplicationFailure.nonRetryable('This key was used for another request', KEY_REUSED);
    },
  });
  setHandler(requestsQuery, () => requests, { description: 'What operators asked for, and the keys.' });

  /** What the operator decided while `run` was under way, if its failing came from that. @throws what `run` throws */
  return async (step: string, run: () => Promise<void>): Promise<OperatorDecision | undefined> => {
    const scope = new CancellationScope({ cancellable: true, parent: CancellationScope.current() });
    running.set(step, scope);
    try {
      await scope.run(run);
      return undefined;
    } catch (error) {
      const decision = decisions.get(step);
      if (decision === undefined) throw error;
      return decision;
    } finally {
      running.delete(step);
      decisions.delete(step);
    }
  };
};
export type Operator = ReturnType<typeof operator>;
