import { Outage } from '@bankside/dapr';
import type { SagaContract } from '@bankside/contracts/sagas';
import { keyReused, notFound, Problem } from '@bankside/http';
import type { CausalContext } from '@bankside/std';
import {
  attributesOf,
  REQUEST_FINGERPRINT,
  RESULT_UPDATE,
  sagaStart,
  searchAttributes,
  TASK_QUEUE,
  CANCEL_SIGNAL,
  type CancelRequest,
  type SagaResult,
  type SearchedBy,
} from '@bankside/saga/client';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { asOutage } from './temporal-outage';

/** How long a caller waits for the result of a saga. */
const WAIT_MS = 5_000;
const TIMEOUT_MS = 3_000;

/** `running`: the caller stopped waiting. `held`: stopped before its end, until an operator finishes it. `failed`: cancelled or failed, and compensated. */
export type SagaOutcome = SagaResult | Readonly<{ status: 'running' | 'held' | 'failed' }>;

/** Whether a run without a result has compensated everything that it did. */
const endOf = (info: WorkflowExecutionDescription): 'held' | 'failed' => {
  const state = attributesOf(info)[searchAttributes.sagaState.name];
  return state === 'failed' || state === 'cancelled' ? 'failed' : 'held';
};

const outcomeOf = async (
  handle: WorkflowHandle,
  info: WorkflowExecutionDescription,
): Promise<SagaOutcome> => {
  if (info.status.name === 'RUNNING') return { status: 'running' };
  try {
    return (await handle.result()) as SagaResult;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { status: endOf(info) };
    throw error;
  }
};

/** Reads the outcome of a saga whose update did not return it. @throws Problem 422 when the id was used for another request */
const readOutcome = async (
  workflow: Client['workflow'],
  workflowId: string,
  fingerprint: string | undefined,
): Promise<SagaOutcome> => {
  const handle = workflow.getHandle(workflowId);
  const info = await handle.describe();
  if (info.memo?.[REQUEST_FINGERPRINT] !== fingerprint) throw keyReused();
  return outcomeOf(handle, info);
};

/** Starts sagas and waits for their results. */
export const sagaRuns = (
  { connection, workflow }: Client,
  { waitMs = WAIT_MS, taskQueue = TASK_QUEUE } = {},
) => ({
  waitMs,
  /**
   * The outcome of a saga of this type, and the customer by whose id it is found.
   * @throws Problem 404
   */
  find: async <Input>({ workflowType }: SagaContract<Input>, workflowId: string) => {
    const handle = workflow.getHandle(workflowId);
    return connection.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const info = await handle.describe().catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) throw notFound(`saga ${workflowId}`);
        return asOutage(error);
      });
      if (info.type !== workflowType) throw notFound(`saga ${workflowId}`);
      const found = info.typedSearchAttributes.getAll().find(({ key }) => key.name === 'customerId');
      return { customerId: found?.value, outcome: await outcomeOf(handle, info) };
    });
  },
  /**
   * Signals a saga to stop, starting it first if its event has not arrived yet, and waits up to `waitMs` for its
   * result. When this resolves, the server has stored the signal, so a saga that is still running receives it.
   * @throws Outage when Temporal does not respond
   */
  cancel: async <Input>(
    contract: SagaContract<Input>,
    input: Input,
    request: CancelRequest,
    causalContext: CausalContext,
  ): Promise<SagaOutcome> => {
    const { args, ...start } = sagaStart(contract, input, { causalContext });
    const signal = { signal: CANCEL_SIGNAL, signalArgs: [request] as [CancelRequest] };
    const handle = workflow.getHandle(start.workflowId);
    let failure: unknown;
    try {
      await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
        workflow.signalWithStart(contract.workflowType, { ...start, args, taskQueue, ...signal }),
      );
    } catch (error) {
      failure = error; // It may have ended before.
    }
    try {
      if (failure === undefined)
        return (await connection.withDeadline(Date.now() + waitMs, () => handle.result())) as SagaResult;
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { status: 'failed' };
    }
    return connection.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const outcome = await handle
        .describe()
        .then((info) => outcomeOf(handle, info))
        .catch(asOutage);
      if (failure !== undefined && outcome.status === 'running')
        throw new Outage('Temporal does not respond', { cause: failure });
      return outcome;
    });
  },
  /**
   * Starts a saga and waits up to `waitMs` for its result. A repeat with the same input waits for the same saga.
   * @throws Problem 422 when the saga was started with another input; Outage when Temporal does not respond
   */
  run: async <Input>(
    contract: SagaContract<Input>,
    input: Input,
    { key, causalContext }: Readonly<{ key: string; causalContext: CausalContext }>,
    searchedBy?: SearchedBy,
  ): Promise<SagaOutcome> => {
    const { args, ...start } = sagaStart(contract, input, { causalContext, searchedBy });
    const fingerprint = start.memo[REQUEST_FINGERPRINT];
    const startWorkflowOperation = new WithStartWorkflowOperation(contract.workflowType, {
      ...start,
      args,
      taskQueue,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    });
    try {
      return (await connection.withDeadline(Date.now() + waitMs, () =>
        workflow.executeUpdateWithStart(RESULT_UPDATE, {
          // The server returns the first result for a known update id, without validating the arguments.
          updateId: `${key}/${fingerprint}`,
          startWorkflowOperation,
          args: [fingerprint],
        }),
      )) as SagaResult;
    } catch (error) {
      // The saga takes longer, ended before the update, or was not started.
      return connection
        .withDeadline(Date.now() + TIMEOUT_MS, () => readOutcome(workflow, start.workflowId, fingerprint))
        .catch((unknown: unknown) => {
          if (unknown instanceof Problem) throw unknown;
          throw new Outage('Temporal does not respond', { cause: error });
        });
    }
  },
});
export type SagaRuns = ReturnType<typeof sagaRuns>;
