import { startAttributes, TASK_QUEUE } from '@bankside/saga/start';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { FIRST_STEP, type NumberChange } from './change';

/** The name under which the workflow is known in histories, so it is a promise. */
export const CHANGE_MOBILE_NUMBER = 'changeMobileNumber';

/** How the saga of a change is started. Its id is the change's, so a second start of the same change is refused. */
export const changeMobileNumberStart = ({ changeId, customerId }: NumberChange) => ({
  workflowId: changeId,
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  taskQueue: TASK_QUEUE,
  args: [{ changeId, customerId }] as [NumberChange],
  /** Tells a repeat from another change under the same id; another number is refused by customers before. */
  memo: { requestFingerprint: JSON.stringify({ changeId, customerId }) },
  typedSearchAttributes: startAttributes({ saga: 'change-mobile-number', step: FIRST_STEP, customerId }),
  staticSummary: `Another mobile number for customer ${customerId}`,
});
