import { CancellationScope, defineSignal, setHandler } from '@temporalio/workflow';

/** Which step an operator means, so that a click that comes late does not hit the next one; and who it was. */
export type OperatorRequest = Readonly<{ step: string; by?: string }>;
type Action = 'retry' | 'skip' | 'abort';
export type Decision = Readonly<{ action: Action; by: string }>;

/** For steps that must be done: undo, and what is after the pivot. Any other step is no operator's business. */
export const retryStepSignal = defineSignal<[OperatorRequest]>('retryStep');
export const skipStepSignal = defineSignal<[OperatorRequest]>('skipStep');
export const abortSignal = defineSignal<[OperatorRequest]>('abort');

/** Lets an operator interrupt a step that is being run. */
export const operator = () => {
  const running = new Map<string, CancellationScope>();
  const decisions = new Map<string, Decision>();

  const on = (action: Action) => (request: OperatorRequest) => {
    const scope = running.get(request.step);
    if (scope === undefined || decisions.has(request.step)) return;
    decisions.set(request.step, { action, by: request.by ?? 'an operator' });
    scope.cancel();
  };
  setHandler(retryStepSignal, on('retry'), { description: 'Try a step now, instead of after its back-off.' });
  setHandler(skipStepSignal, on('skip'), { description: 'Go on without a step: it was done by hand.' });
  setHandler(abortSignal, on('abort'), { description: 'End the saga as failed, where it stands.' });

  /** What the operator decided while `run` was under way, if its failing came from that. @throws what `run` throws */
  return async (step: string, run: () => Promise<void>): Promise<Decision | undefined> => {
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
