import { Outage } from '@bankside/dapr';
import type { SagaResult } from '@bankside/saga';
import { RESULT_UPDATE } from '@bankside/saga/start';
import { keyReused, Problem } from '@bankside/http';
import { uuidFrom } from '@bankside/std/ids';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';

/** How long a caller waits for the end of a saga. */
const WAIT_MS = 5_000;
const TIMEOUT_MS = 3_000;

/** How a saga is started whose end a caller waits for. `asked` tells a repeat from another request. */
export type SagaStart = WorkflowStartOptions &
  Readonly<{ workflowId: string; memo: Readonly<{ requestFingerprint: string }> }>;

/** `running`: it goes on without the caller. `failed`: undone, and a person must look. */
export type SagaOutcome = SagaResult | Readonly<{ status: 'running' | 'failed' }>;

/** What became of a saga whose end was not told to who waited for it. */
const readOutcome = async (
  workflow: Client['workflow'],
  { workflowId, memo }: SagaStart,
): Promise<SagaOutcome> => {
  const handle = workflow.getHandle(workflowId);
  const info = await handle.describe();
  if (info.memo?.['requestFingerprint'] !== memo.requestFingerprint) throw keyReused();
  if (info.status.name === 'RUNNING') return { status: 'running' };
  try {
    return (await handle.result()) as SagaResult;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { status: 'failed' };
    throw error;
  }
};

/** Starts sagas and waits for their end, but not for ever. */
export const sagaRuns = ({ connection, workflow }: Client, { waitMs = WAIT_MS } = {}) => ({
  waitMs,
  /** A repeat of the same start starts nothing, and waits for the same end. */
  run: async (type: string, start: SagaStart, key: string): Promise<SagaOutcome> => {
    const startWorkflowOperation = new WithStartWorkflowOperation(type, {
      ...start,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    });
    try {
      return (await connection.withDeadline(Date.now() + waitMs, () =>
        workflow.executeUpdateWithStart(RESULT_UPDATE, {
          // The server tells a known update its first answer, also after the end, and never looks at what is asked.
          updateId: `${key}/${uuidFrom(start.memo.requestFingerprint)}`,
          startWorkflowOperation,
          args: [start.memo.requestFingerprint],
        }),
      )) as SagaResult;
    } catch (error) {
      // Too slow, ended before, or never started: the saga itself knows.
      return connection
        .withDeadline(Date.now() + TIMEOUT_MS, () => readOutcome(workflow, start))
        .catch((unknown: unknown) => {
          if (unknown instanceof Problem) throw unknown;
          throw new Outage('Temporal does not answer', { cause: error });
        });
    }
  },
});
export type SagaRuns = ReturnType<typeof sagaRuns>;
