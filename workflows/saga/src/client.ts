import { createHash } from 'node:crypto';
import type { SagaContract } from '@bankside/contracts/sagas';
import type { CausalContext } from '@bankside/std';
import { TypedSearchAttributes, WorkflowIdReusePolicy, type SearchAttributePair } from '@temporalio/common';
import { CAUSAL_CONTEXT, REQUEST_FINGERPRINT, searchAttributes, TASK_QUEUE } from './protocol';

export * from './protocol';
export type { SagaResult } from './definition';

/** The ids by which operators find the saga. */
export type SearchedBy = ReturnType<SagaContract<unknown>['searchedBy']>;

const startAttributes = (saga: string, step: string, { customerId, orderId }: SearchedBy) => {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.saga, value: saga },
    { key: searchAttributes.sagaState, value: 'running' },
    { key: searchAttributes.step, value: step },
  ];
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
      contract.name,
      contract.firstStep(parsed),
      searchedBy ?? contract.searchedBy(parsed),
    ),
    staticSummary: contract.summary(parsed),
    ...(contract.details && { staticDetails: contract.details(parsed) }),
  };
};
