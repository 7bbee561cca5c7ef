import { sagaEnd } from '@bankside/contracts/http';
import { RECORDER, searchAttributes } from '@bankside/saga/client';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { EndedSaga } from './samples';

/** A saga appears in the list some time after its end. */
const LATE_MS = 10_000;
/** Of one reading: a system that ends more sagas in a few seconds needs Prometheus. */
const MAX_LISTED = 2_000;
const TIMEOUT_MS = 2_000;

type Info = Pick<
  WorkflowExecutionInfo,
  'type' | 'startTime' | 'closeTime' | 'status' | 'typedSearchAttributes'
>;

const endOf = ({ status, typedSearchAttributes }: Info): EndedSaga['end'] => {
  const end = sagaEnd.safeParse(typedSearchAttributes.get(searchAttributes.sagaState));
  if (end.success) return end.data;
  return status.name === 'TERMINATED' ? 'aborted' : 'failed';
};

/** Reads the sagas that ended since the previous reading, each once. The first reading returns none. @throws if Temporal does not respond */
export const endedSagas = ({ connection, workflow }: Client, now: () => number) => {
  let known: ReadonlySet<string> | undefined;
  let from = now();

  return async (): Promise<readonly EndedSaga[]> => {
    const readAt = now();
    const since = new Date(from - LATE_MS).toISOString();
    const query = `CloseTime > '${since}' AND WorkflowType != '${RECORDER}'`;
    const listed: WorkflowExecutionInfo[] = [];
    await connection.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      for await (const info of workflow.list({ query, pageSize: 1_000 })) {
        listed.push(info);
        if (listed.length === MAX_LISTED) break;
      }
    });
    const fresh = known === undefined ? [] : listed.filter(({ runId }) => !known!.has(runId));
    known = new Set(listed.map(({ runId }) => runId));
    from = readAt;
    return fresh.map((info) => ({
      saga: info.type,
      end: endOf(info),
      seconds: Math.max(0, (info.closeTime ?? info.startTime).getTime() - info.startTime.getTime()) / 1_000,
    }));
  };
};
