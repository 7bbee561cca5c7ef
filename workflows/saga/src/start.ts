import { TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from './search-attributes';

export { searchAttributes } from './search-attributes';

/** The one task queue of all sagas: every worker can run every step, so one that dies is replaced by any other. */
export const TASK_QUEUE = 'sagas';

/** The update that a caller waits with for the end of a saga, sent along with its start. */
export const RESULT_UPDATE = 'result';

/** `step`: the first one. `customerId`: missing only where nobody's account is to pay. */
export type StartAttributes = Readonly<{
  saga: string;
  step: string;
  customerId?: string | undefined;
  orderId?: string;
}>;

/** What one finds a saga by from its first moment on. */
export const startAttributes = ({ saga, step, customerId, orderId }: StartAttributes) => {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.saga, value: saga },
    { key: searchAttributes.sagaState, value: 'running' },
    { key: searchAttributes.step, value: step },
  ];
  if (customerId !== undefined) pairs.push({ key: searchAttributes.customerId, value: customerId });
  if (orderId !== undefined) pairs.push({ key: searchAttributes.orderId, value: orderId });
  return new TypedSearchAttributes(pairs);
};

/** The update by which an operator decides about a step, the query for all that were sent, and how it refuses. */
export const DECIDE_UPDATE = 'decide';
export const REQUESTS_QUERY = 'requests';
export const KEY_REUSED = 'KeyReused';

export type Action = 'retry' | 'skip' | 'abort';
/** Which step an operator means, so that a click that comes late does not hit the next one; and who it was. */
export type OperatorRequest = Readonly<{ step: string; by?: string }>;
export type KeyedRequest = OperatorRequest & Readonly<{ action: Action; key: string }>;

/** Whether the same key stands for another request. */
export const isOther =
  ({ key, action, step }: KeyedRequest) =>
  (earlier: KeyedRequest): boolean =>
    earlier.key === key && !(earlier.action === action && earlier.step === step);
