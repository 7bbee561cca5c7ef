import { TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from './search-attributes';

export { searchAttributes } from './search-attributes';

/** The one task queue of all sagas: every worker can run every step, so one that dies is replaced by any other. */
export const TASK_QUEUE = 'sagas';

/** The update that a caller waits with for the end of a saga, sent along with its start. */
export const OUTCOME_UPDATE = 'outcome';

/** What one finds a saga by from its first moment on. */
export const startAttributes = (saga: string, ids: Readonly<{ customerId?: string; orderId?: string }>) => {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.saga, value: saga },
    { key: searchAttributes.sagaState, value: 'running' },
  ];
  if (ids.customerId !== undefined) pairs.push({ key: searchAttributes.customerId, value: ids.customerId });
  if (ids.orderId !== undefined) pairs.push({ key: searchAttributes.orderId, value: ids.orderId });
  return new TypedSearchAttributes(pairs);
};
