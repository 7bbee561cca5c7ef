import { startAttributes, TASK_QUEUE } from '@bankside/saga/start';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { reserveStep, type PlacedOrder } from './order';

/** The name under which the workflow is known in histories, so it is a promise. */
export const PLACE_ORDER = 'placeOrder';

/** How the saga of an order is started. Its id is the order's, so a second start of the same order is refused. */
export const placeOrderStart = (order: PlacedOrder) => ({
  workflowId: order.orderId,
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  taskQueue: TASK_QUEUE,
  args: [order] as [PlacedOrder],
  typedSearchAttributes: startAttributes({
    saga: 'place-order',
    step: reserveStep(order.lines[0]!.sku),
    ...order,
  }),
  staticSummary: `Order of ${order.totalCents} cents ${order.currency} by customer ${order.customerId}`,
  staticDetails: order.lines
    .map(({ sku, quantity, unitPriceCents }) => `- ${quantity} × ${sku} at ${unitPriceCents} cents`)
    .join('\n'),
});
