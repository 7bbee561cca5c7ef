import { startAttributes, TASK_QUEUE } from '@bankside/saga/start';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { FIRST_STEP, type CardPayment } from './payment';

/** The name under which the workflow is known in histories, so it is a promise. */
export const PAY_CARD = 'payCard';

/**
 * How the saga of a payment is started. Its id is the payment's, so a second start of the same payment is refused.
 * `holder`: the customer whom it is found by, also when the account may be anybody's.
 */
export const payCardStart = (payment: CardPayment, holder = payment.customerId) => ({
  workflowId: payment.paymentId,
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  taskQueue: TASK_QUEUE,
  args: [payment] as [CardPayment],
  /** Tells a repeat from another payment under the same id. */
  memo: { requestFingerprint: JSON.stringify(payment) },
  typedSearchAttributes: startAttributes({ saga: 'pay-card', step: FIRST_STEP, customerId: holder }),
  staticSummary: `Payment of ${payment.amountCents} cents ${payment.currency} to card ${payment.cardNumber}`,
  staticDetails: `From account ${payment.fromAccount}`,
});
