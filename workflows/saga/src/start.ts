import { TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from './search-attributes';

export { searchAttributes } from './search-attributes';

/** The one task queue of all sagas: every worker can run every step, so one that dies is replaced by any other. */
export const TASK_QUEUE = 'sagas';

/** How soon another worker goes on where one died. A task that waits for its local activities tells so before. */
export const WORKFLOW_TASK_TIMEOUT = '5 seconds';

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
