import type { Duration } from '@temporalio/common';
import { ActivityCancellationType, scheduleActivity, type RetryPolicy } from '@temporalio/workflow';
import type { StepBoard } from './board';
import type { Call } from './definition';
import { attemptsOf, causeOf, isRefusal } from './failures';
import { REJECTED, UNEXPECTED_ANSWER } from './failure-types';
import type { Done } from './service-call';

/** Longer than a service may take to answer; what is over it is a worker that died. */
const ONE_ATTEMPT: Duration = '5 seconds';

/** How long and how often a call is tried. */
export type Patience = Readonly<{ retry: RetryPolicy; scheduleToCloseTimeout?: Duration }>;
const SOON = { initialInterval: '50 milliseconds', backoffCoefficient: 2 } as const;

/** Before the pivot: a customer who waits longer than this is better told no. */
export const forAWhile: Patience = {
  scheduleToCloseTimeout: '2 minutes',
  retry: { ...SOON, maximumInterval: '2 seconds', nonRetryableErrorTypes: [REJECTED, UNEXPECTED_ANSWER] },
};
/** The pivot: only a refusal ends it. */
export const untilAnswered: Patience = {
  retry: { ...SOON, maximumInterval: '5 seconds', nonRetryableErrorTypes: [REJECTED] },
};
/** What must be done, at first: after these ten attempts, some 17 seconds, a person is asked to look. */
export const tenTimes: Patience = { retry: { ...SOON, maximumInterval: '5 seconds', maximumAttempts: 10 } };
/** What must be done, from then on. */
export const forEver: Patience = {
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * Runs a call and keeps its report. The activity id is the step, and so the Idempotency-Key: the same in all attempts.
 * A later round has a key of its own, since a service answers a repeated key with its first answer, also a refusal.
 */
export const attempt = async (board: StepBoard, call: Call, patience: Patience, round = 1): Promise<void> => {
  const { step, activity, input, summary } = call;
  board.set(step, { state: 'running' });
  try {
    const { attempts } = await scheduleActivity<Done>(activity, [input], {
      activityId: round === 1 ? step : `${step}#${round}`,
      summary,
      startToCloseTimeout: ONE_ATTEMPT,
      // A cancelled saga does not wait for the answer: undo refuses what comes late.
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      ...patience,
    });
    board.set(step, { state: 'done', attempts });
  } catch (error) {
    const state = isRefusal(error) ? 'refused' : 'unknown';
    board.set(step, { state, attempts: attemptsOf(error), note: causeOf(error) });
    throw error;
  }
};
