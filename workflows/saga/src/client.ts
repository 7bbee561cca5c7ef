import { createHash } from 'node:crypto';
import type { SagaContract } from '@bankside/contracts/sagas';
import type { CausalContext } from '@bankside/std';
import {
  isGrpcServiceError,
  ServiceError,
  type Client,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdReusePolicy, type SearchAttributePair } from '@temporalio/common';
import {
  CAUSAL_CONTEXT,
  DECIDE_UPDATE,
  FINISH,
  REQUEST_FINGERPRINT,
  searchAttributes,
  STEPS_QUERY,
  TASK_QUEUE,
  type Finish,
  type FinishMode,
  type OperatorDecision,
} from './protocol';

export * from './protocol';
export * from './record';
export type { SagaResult } from './definition';

/** The ids by which operators find the saga. */
export type SearchedBy = ReturnType<SagaContract<unknown>['searchedBy']>;

const startAttributes = (
  { name, firstStep }: Readonly<{ name: string; firstStep: string }>,
  { customerId, orderId }: SearchedBy,
  { correlationId }: CausalContext,
) => {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.saga, value: name },
    { key: searchAttributes.sagaState, value: 'running' },
    { key: searchAttributes.step, value: firstStep },
  ];
  if (correlationId !== undefined) pairs.push({ key: searchAttributes.correlationId, value: correlationId });
  if (customerId !== undefined) pairs.push({ key: searchAttributes.customerId, value: customerId });
  if (orderId !== undefined) pairs.push({ key: searchAttributes.orderId, value: orderId });
  return new TypedSearchAttributes(pairs);
};

type SagaStartOptions = Readonly<{
  /** What caused the saga. */
  causalContext: CausalContext;
  /** Replaces the ids that the contract takes from the input. */
  searchedBy?: SearchedBy | undefined;
}>;

/**
 * Options of Temporal's client to start a saga, which can be found from its first moment on.
 * @throws ZodError when the input does not satisfy the contract
 */
export const sagaStart = <Input>(
  contract: SagaContract<Input>,
  input: Input,
  { causalContext, searchedBy }: SagaStartOptions,
) => {
  const parsed = contract.input.parse(input);
  return {
    workflowId: contract.idOf(parsed),
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    taskQueue: TASK_QUEUE,
    args: [parsed] as [Input],
    memo: {
      [REQUEST_FINGERPRINT]: createHash('sha256').update(JSON.stringify(parsed)).digest('base64url'),
      [CAUSAL_CONTEXT]: causalContext,
    },
    typedSearchAttributes: startAttributes(
      { name: contract.name, firstStep: contract.firstStep(parsed) },
      searchedBy ?? contract.searchedBy(parsed),
      causalContext,
    ),
    staticSummary: contract.summary(parsed),
    ...(contract.details && { staticDetails: contract.details(parsed) }),
  };
};

/** gRPC's FAILED_PRECONDITION, with which the server drops the updates of a workflow task that failed. */
const DROPPED = 9;
const SENDS = 5;

const isDropped = (error: unknown): boolean =>
  error instanceof ServiceError && isGrpcServiceError(error.cause) && Number(error.cause.code) === DROPPED;

/**
 * Sends an operator's decision to a saga. The workflow task that accepts it may fail, because another event arrives before the
 * decision ends the saga: the decision then had no effect and is sent again.
 * @throws the errors of `WorkflowHandle.executeUpdate`
 */
export const sendDecision = async (
  handle: WorkflowHandle,
  updateId: string,
  decision: OperatorDecision,
): Promise<void> => {
  for (let sends = 1; ; sends += 1)
    try {
      return await handle.executeUpdate<void, [OperatorDecision]>(DECIDE_UPDATE, {
        updateId,
        args: [decision],
      });
    } catch (error) {
      if (!isDropped(error) || sends === SENDS) throw error;
    }
};

/** A saga that has ended, as a second run needs it. */
export type EndedSaga = Readonly<{
  sagaId: string;
  workflowType: string;
  /** The name of the saga. */
  saga: string;
  input: unknown;
  /** The memo of the first run. */
  memo: Readonly<Record<string, unknown>>;
  searchedBy: SearchedBy;
}>;

/** The search attributes of a saga by name. */
export const attributesOf = ({
  typedSearchAttributes,
}: Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>) =>
  Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));

/** The text of a search attribute. */
export const attributeText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** More events than a saga has before its first steps are recorded. */
const FIRST_EVENTS = 20;

type RanStep = Readonly<{ kind: string; state: string }>;
type Run = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'type' | 'memo' | 'typedSearchAttributes'>;

/** The first events of a run, and its input. */
const beginningOf = async ({ workflow }: Client, { workflowId, runId }: Run) => {
  const { history } = await workflow.workflowService.getWorkflowExecutionHistory({
    namespace: workflow.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: FIRST_EVENTS,
  });
  const events = history?.events ?? [];
  const [payload] = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  if (payload?.data == null) throw new Error(`The saga ${workflowId} has no input.`);
  return {
    input: JSON.parse(Buffer.from(payload.data).toString()) as unknown,
    /**
     * A run that recorded nothing cannot be queried. Its pivot has not run, or has a revocation, which the run that
     * undoes it requests first.
     */
    isRecorded: events.some(({ workflowTaskCompletedEventAttributes: completed }) => completed != null),
  };
};

const pivotMayHaveRun = async ({ workflow }: Client, { workflowId, runId }: Run): Promise<boolean> => {
  const steps = await workflow.getHandle(workflowId, runId).query<readonly RanStep[]>(STEPS_QUERY);
  return steps.find(({ kind }) => kind === 'pivot')?.state !== 'pending';
};

/** What a second run needs to know of one that has ended. Needs a worker, which replays the run. */
export const endedSagaOf = async (
  client: Client,
  run: Run,
): Promise<Readonly<{ saga: EndedSaga; mode: FinishMode }>> => {
  const { input, isRecorded } = await beginningOf(client, run);
  const attributes = attributesOf(run);
  const orderId = attributeText(attributes[searchAttributes.orderId.name]);
  const { [FINISH]: earlier, ...memo } = (run.memo ?? {}) as Readonly<{ [FINISH]?: Finish }>;
  const isDecided = earlier?.mode === 'complete' || (isRecorded && (await pivotMayHaveRun(client, run)));
  return {
    mode: isDecided ? 'complete' : 'undo',
    saga: {
      sagaId: run.workflowId,
      workflowType: run.type,
      saga: attributeText(attributes[searchAttributes.saga.name]) ?? run.type,
      input,
      memo,
      searchedBy: {
        customerId: attributeText(attributes[searchAttributes.customerId.name]),
        ...(orderId !== undefined && { orderId }),
      },
    },
  };
};

/** Options of Temporal's client to start the run that finishes a saga. A second start while it runs is rejected. */
export const sagaFinish = ({ sagaId, saga, input, memo, searchedBy }: EndedSaga, finish: Finish) => ({
  workflowId: sagaId,
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  taskQueue: TASK_QUEUE,
  args: [input],
  memo: { ...memo, [FINISH]: finish },
  typedSearchAttributes: startAttributes(
    { name: saga, firstStep: FINISH },
    searchedBy,
    (memo[CAUSAL_CONTEXT] as CausalContext | undefined) ?? {},
  ),
  staticSummary: `Finish ${saga} ${sagaId}, by ${finish.by}`,
});
