import type { Duration } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  patched,
  scheduleActivity,
  scheduleLocalActivity,
  upsertSearchAttributes,
  type RetryPolicy,
} from '@temporalio/workflow';
import type { StepLog } from './step-log';
import type { Step } from './definition';
import { attemptsOf, messageOf, isFinal, isRejection } from './errors';
import { REJECTED, UNEXPECTED_ANSWER } from './failure-types';
import { searchAttributes } from './search-attributes';
import type { Done } from './service-call';

/** What takes longer than this is a worker that died: a service has to answer much sooner. */
const ONE_ATTEMPT: Duration = '10 seconds';

/** How long and how often a call is tried. */
export type StepRetry = Readonly<{ retry: RetryPolicy; scheduleToCloseTimeout?: Duration }>;
const SOON = { initialInterval: '50 milliseconds', backoffCoefficient: 2 } as const;

/** Before the pivot: a customer who waits longer than this is better told no. */
export const COMPENSATABLE_RETRY: StepRetry = {
  scheduleToCloseTimeout: '2 minutes',
  retry: { ...SOON, maximumInterval: '2 seconds', nonRetryableErrorTypes: [REJECTED, UNEXPECTED_ANSWER] },
};
/** What must be done, at first: after these attempts, some 17 seconds, a person is asked to look. */
export const RETRIABLE_RETRY: StepRetry = {
  retry: { ...SOON, maximumInterval: '5 seconds', maximumAttempts: 10 },
};
/** What must be done, from then on. */
export const UNBOUNDED_RETRY: StepRetry = {
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** The pivot must be answered: a refusal is an answer. */
export const rejectable = ({ retry }: StepRetry): StepRetry => ({
  retry: { ...retry, nonRetryableErrorTypes: [REJECTED] },
});

/** Never cancelled: it ends soon, and the SDK fails the workflow task when a cancellation crosses the result. */
const tryLocally = (call: Step, key: string): Promise<Done> =>
  CancellationScope.nonCancellable(() =>
    scheduleLocalActivity<Done>(call.activity, [call.input, key], {
      summary: call.summary,
      startToCloseTimeout: ONE_ATTEMPT,
      retry: { maximumAttempts: 1 },
    }),
  );

const tryByServer = (call: Step, key: string, patience: StepRetry, activityId = key): Promise<Done> =>
  scheduleActivity<Done>(call.activity, [call.input, key], {
    activityId,
    summary: call.summary,
    startToCloseTimeout: ONE_ATTEMPT,
    // A cancelled saga does not wait for the answer: undo refuses what comes late.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    ...patience,
  });

/** @throws CancelledFailure */
export const throwIfCancelled = (): void => {
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('Cancelled before the step');
};

/** Sagas that began before do not show the step that they wait for. */
const SHOWS_WHERE_IT_WAITS = 'shows-where-it-waits';

const tried = async (board: StepLog, call: Step, patience: StepRetry): Promise<Done> => {
  throwIfCancelled();
  try {
    return await tryLocally(call, call.step);
  } catch (error) {
    if (isFinal(error, patience.retry)) throw error;
    board.set(call.step, { attempts: 1, note: messageOf(error) });
    if (patched(SHOWS_WHERE_IT_WAITS))
      upsertSearchAttributes([{ key: searchAttributes.step, value: call.step }]);
    return tryByServer(call, call.step, patience);
  }
};

export type AttemptOptions = Readonly<{
  retryPolicy: StepRetry;
  /**
   * The first attempt runs within the workflow task, which saves the round trips to the server and half of all cost.
   * A task that is lost takes with it what it knew of its local activities, and runs again, maybe to another end. So
   * this is for steps between two decisions only, never for the first one after a decision: that has to put it on record.
   */
  local?: boolean;
  /** Over 1 when it is run again after it had failed for good. */
  round?: number;
  /** The first answer to its key is the answer, also in a later round. */
  oneKey?: boolean;
}>;

/**
 * Runs a call and keeps its report. The step is the Idempotency-Key: the same in all attempts. A later round has a key
 * of its own, since a service answers a repeated key with its first answer, also a refusal; unless that is the answer.
 */
export const runStep = async (board: StepLog, call: Step, options: AttemptOptions): Promise<void> => {
  const { step } = call;
  const { retryPolicy: patience, local = false, round = 1, oneKey = false } = options;
  const numbered = round === 1 ? step : `${step}#${round}`;
  const attemptsWith = (more: number) => board.report(step).attempts + more;
  board.set(step, { state: 'running' });
  try {
    const { attempts, token } = await (local && round === 1
      ? tried(board, call, patience)
      : tryByServer(call, oneKey ? step : numbered, patience, numbered));
    board.set(step, { state: 'done', attempts: attemptsWith(attempts), note: undefined, token });
  } catch (error) {
    const state = isRejection(error) ? 'rejected' : 'unknown';
    board.set(step, { state, attempts: attemptsWith(attemptsOf(error)), note: messageOf(error) });
    throw error;
  }
};
