import type { Duration } from '@temporalio/common';
import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  scheduleActivity,
  scheduleLocalActivity,
  upsertSearchAttributes,
  workflowInfo,
  type RetryPolicy as TemporalRetryPolicy,
} from '@temporalio/workflow';
import type { CausalContext } from '@bankside/std';
import type { StepResult } from './activities';
import type { Step } from './definition';
import {
  isRejection,
  isRetryable,
  messageOf,
  REJECTED,
  reportOf,
  UNEXPECTED_RESPONSE,
  type RequestReport,
} from './errors';
import { attentionFlag, operator } from './operator';
import { CAUSAL_CONTEXT, searchAttributes, type Finish, type OperatorDecision } from './protocol';
import type { StepLog } from './step-log';

/** An attempt that takes longer has lost its worker: a request to a service times out much sooner. */
const ATTEMPT_TIMEOUT: Duration = '10 seconds';

/** How often and for how long a step is retried. */
export type RetryPolicy = Readonly<{ retry: TemporalRetryPolicy; scheduleToCloseTimeout?: Duration }>;

const BACKOFF = { initialInterval: '50 milliseconds', backoffCoefficient: 2 } as const;

/** A customer who would wait longer than this gets a rejection instead. */
const COMPENSATABLE_RETRY: RetryPolicy = {
  scheduleToCloseTimeout: '2 minutes',
  retry: {
    ...BACKOFF,
    maximumInterval: '2 seconds',
    nonRetryableErrorTypes: [REJECTED, UNEXPECTED_RESPONSE],
  },
};
/** The first round of a step that must be done: ten attempts, some 17 seconds, before `NeedsAttention` notifies an operator. */
const RETRIABLE_RETRY: RetryPolicy = {
  retry: { ...BACKOFF, maximumInterval: '5 seconds', maximumAttempts: 10 },
};
/** Each later round. */
const UNBOUNDED_RETRY: RetryPolicy = {
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** The same policy for a step that may be rejected: a rejection ends it. */
const rejectable = ({ retry }: RetryPolicy): RetryPolicy => ({
  retry: { ...retry, nonRetryableErrorTypes: [REJECTED] },
});

/** The arguments of each activity. */
const argumentsOf = (step: Step, key: string) => [
  step.input,
  key,
  {
    ...(workflowInfo().memo?.[CAUSAL_CONTEXT] as CausalContext | undefined),
    ...(step.isUndo && { isUndo: true }),
  },
];

/** Never cancelled: it ends soon, and the SDK fails the workflow task when a cancellation crosses the result. */
const runLocally = (step: Step, key: string): Promise<StepResult> =>
  CancellationScope.nonCancellable(() =>
    scheduleLocalActivity<StepResult>(step.activity, argumentsOf(step, key), {
      summary: step.summary,
      startToCloseTimeout: ATTEMPT_TIMEOUT,
      retry: { maximumAttempts: 1 },
    }),
  );

const runOnServer = (step: Step, key: string, policy: RetryPolicy, activityId = key): Promise<StepResult> =>
  scheduleActivity<StepResult>(step.activity, argumentsOf(step, key), {
    activityId,
    summary: step.summary,
    startToCloseTimeout: ATTEMPT_TIMEOUT,
    // A cancelled saga does not wait for the response: the compensation makes the service reject a late step.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    ...policy,
  });

/** @throws CancelledFailure */
export const throwIfCancelled = (): void => {
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('Cancelled before the step');
};

/** Events of a history until the first workflow task starts: it has more if the saga got a signal before, or a task was lost. */
const FIRST_EVENTS = 3;
const isFirstTask = (): boolean => workflowInfo().historyLength <= FIRST_EVENTS;

const runLocallyFirst = async (log: StepLog, step: Step, policy: RetryPolicy): Promise<StepResult> => {
  throwIfCancelled();
  try {
    return await runLocally(step, step.name);
  } catch (error) {
    if (!isRetryable(error, policy.retry)) throw error;
    log.set(step.name, { ...reportOf(error), note: messageOf(error) });
    upsertSearchAttributes([{ key: searchAttributes.step, value: step.name }]);
    if (isFirstTask()) log.heldFromStart(step.name);
    return runOnServer(step, step.name, policy);
  }
};

type RoundOptions = Readonly<{
  policy: RetryPolicy;
  /**
   * Makes the first attempt a local activity, which runs within the workflow task and costs half as much. A workflow
   * task that is lost takes the results of its local activities with it, and the task reruns with possibly different
   * results. So the first step after a decision must not be local: the server has to record the decision, or the
   * service of the pivot has to know it.
   */
  local: boolean;
  /** More than 1 when an earlier round failed. */
  round: number;
  /** Uses one idempotency key in all rounds, because the first response to it is final. */
  sameKey: boolean;
  /** Distinguishes the keys of a run that finishes a saga from those of the run before. */
  suffix: string;
}>;

/** Adds what is known of a step after a request: its attempts to those before, and the time of its first attempt. */
const reportsOf = (log: StepLog, name: string) => {
  const startedAt = log.get(name).startedAt ?? new Date(Date.now()).toISOString();
  return {
    startedAt,
    add: (report: Partial<RequestReport> & Pick<RequestReport, 'attempts'>) => {
      const { attempts } = log.get(name);
      const first = attempts === 0 ? report.startedAt : undefined;
      return { ...report, startedAt: first ?? startedAt, attempts: attempts + report.attempts };
    },
  };
};

/**
 * Runs one round of a step and records its result. The name of the step is the idempotency key of all attempts. A later
 * round uses another key, since a service repeats its first response to a key, even a rejection.
 */
const runRound = async (log: StepLog, step: Step, options: RoundOptions): Promise<void> => {
  const { name } = step;
  const { policy, local, round, sameKey, suffix } = options;
  const numbered = `${name}${suffix}${round === 1 ? '' : `#${round}`}`;
  const isLocal = local && round === 1 && suffix === '';
  const after = reportsOf(log, name);
  log.set(name, { state: 'running', startedAt: after.startedAt });
  try {
    const result = await (isLocal
      ? runLocallyFirst(log, step, policy)
      : runOnServer(step, sameKey ? name : numbered, policy, numbered));
    log.set(name, { ...after.add(result), state: 'done', note: undefined });
  } catch (error) {
    const state = isRejection(error) ? 'rejected' : 'unknown';
    log.set(name, { ...after.add(reportOf(error)), state, note: messageOf(error) });
    throw error;
  }
};

const ABORTED = 'Aborted';
export const isAbort = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === ABORTED;

const policyOf = (round: number, mayBeRejected: boolean): RetryPolicy => {
  const policy = round === 1 ? RETRIABLE_RETRY : UNBOUNDED_RETRY;
  return mayBeRejected ? rejectable(policy) : policy;
};

export type RunOptions = Readonly<{
  local?: boolean;
  /** A rejection ends the step: the pivot, its revocation, and a step with a fallback. */
  mayBeRejected?: boolean;
  /** Called when the step needs attention. */
  onStuck?: () => void;
}>;

/** @param finish set in a run that finishes a saga by hand */
export const stepRunner = (log: StepLog, finish?: Finish) => {
  const suffix = finish === undefined ? '' : `#${finish.key}`;
  const attention = attentionFlag();
  const { interruptible, decisions } = operator();

  /** @returns whether the decision ends the step @throws ApplicationFailure of type `Aborted` */
  const applyDecision = (step: string, { action, by }: OperatorDecision): boolean => {
    if (action === 'abort') throw ApplicationFailure.nonRetryable(`${step}: aborted by ${by}`, ABORTED);
    if (action === 'retry') return false;
    log.set(step, { state: 'skipped', note: `skipped by ${by}` });
    attention.set(step); // Set until an operator resolves it: the saga does not know whether the step took effect.
    return true;
  };

  /** Sets the flag for an operator before the next round. @throws the error when it ends the step */
  const beforeNextRound = (
    step: string,
    error: unknown,
    { mayBeRejected = false, onStuck }: RunOptions,
  ): void => {
    // An abort of this step, or of one that runs beside it.
    if (isAbort(error) || CancellationScope.current().consideredCancelled) throw error;
    if (mayBeRejected && isRejection(error)) {
      attention.clear(step);
      throw error;
    }
    attention.set(step);
    onStuck?.();
  };

  return {
    /** Those of operators so far, and whether any step needs one. */
    decisions,
    needsAttention: attention.isSet,
    /** Runs a compensatable step once. @throws on a rejection, a timeout or a cancellation */
    runStep: (step: Step): Promise<void> =>
      runRound(log, step, {
        policy: COMPENSATABLE_RETRY,
        local: true,
        round: 1,
        sameKey: false,
        suffix,
      }),

    /**
     * Retries a step until it succeeds or an operator ends it.
     * @throws ApplicationFailure of type `Aborted`, or of type `Rejected` if the step may be rejected
     */
    runUntilDone: async (step: Step, options: RunOptions = {}): Promise<void> => {
      const { local = false, mayBeRejected = false } = options;
      // A round of UNBOUNDED_RETRY ends only with success or a decision, so there are few rounds.
      for (let round = 1; ; round += 1) {
        try {
          const policy = policyOf(round, mayBeRejected);
          const decision = await interruptible(step.name, () =>
            runRound(log, step, { policy, local, round, sameKey: mayBeRejected, suffix }),
          );
          if (decision === undefined) return attention.clear(step.name);
          if (applyDecision(step.name, decision)) return;
        } catch (error) {
          beforeNextRound(step.name, error, options);
        }
      }
    },
  };
};
export type StepRunner = ReturnType<typeof stepRunner>;
