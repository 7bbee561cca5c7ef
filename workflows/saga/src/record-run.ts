// The part of a saga's end that outlasts Temporal's retention: every run stores its steps in the worker's database.
import type { Duration } from '@temporalio/common';
import {
  CancellationScope,
  ParentClosePolicy,
  proxyActivities,
  scheduleLocalActivity,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { CausalContext } from '@bankside/std';
import { CAUSAL_CONTEXT, FINISH, searchAttributes } from './protocol';
import { RECORD_SAGA, RECORDER, type RecordSaga, type SagaRecord } from './record';

/** A database that does not respond must not hold up the result of a saga for longer. */
const LOCAL_TIMEOUT: Duration = '1 second';

type Ended = Pick<SagaRecord, 'saga' | 'state' | 'needsAttention' | 'steps' | 'decisions'>;

const recordOf = (ended: Ended): SagaRecord => {
  const { workflowId, runId, workflowType, startTime, memo = {}, typedSearchAttributes } = workflowInfo();
  const { correlationId, causationId } = (memo[CAUSAL_CONTEXT] ?? {}) as CausalContext;
  return {
    sagaId: workflowId,
    runId,
    workflowType,
    ...ended,
    finishing: memo[FINISH] !== undefined,
    startedAt: startTime.toISOString(),
    endedAt: new Date(Date.now()).toISOString(),
    correlationId,
    causationId,
    customerId: typedSearchAttributes.get(searchAttributes.customerId),
    orderId: typedSearchAttributes.get(searchAttributes.orderId),
  };
};

/**
 * Stores the record of a run that has ended, in the workflow task that ends it. If that fails, an abandoned child workflow
 * repeats it until it succeeds, so the saga ends without waiting for the database.
 */
export const recordRun = (ended: Ended): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    const record = recordOf(ended);
    try {
      await scheduleLocalActivity<void>(RECORD_SAGA, [record], {
        startToCloseTimeout: LOCAL_TIMEOUT,
        retry: { maximumAttempts: 1 },
      });
    } catch {
      await startChild(RECORDER, {
        args: [record],
        workflowId: `record/${record.sagaId}/${record.runId}`,
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
    }
  });

const { [RECORD_SAGA]: recordUntilStored } = proxyActivities<{ [RECORD_SAGA]: RecordSaga }>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** The workflow that stores a record when the saga itself could not. */
export async function recordSagaLater(record: SagaRecord): Promise<void> {
  await recordUntilStored(record);
}
