import { majorUnits } from '../currencies';
import { ordersEvents, type OrdersEvent } from '../orders';
import type { SagaContract } from './saga-contract';

/** The published event starts the saga, so its data is the input; the saga verifies it with the owner of orders first. */
export type AcceptedReturn = Extract<OrdersEvent, { type: 'orders.return-accepted.v1' }>['data'];

export const returnOrderSaga: SagaContract<AcceptedReturn> = {
  name: 'return-order',
  workflowType: 'returnOrder',
  input: ordersEvents['orders.return-accepted.v1'],
  idOf: ({ returnId }) => returnId,
  firstStep: () => 'verify',
  summary: ({ refundCents, currency, orderId }) =>
    `Return of pieces for ${majorUnits(refundCents, currency)} ${currency} from order ${orderId}`,
  details: ({ lines }) =>
    lines
      .map(({ sku, quantity, writeOff }) => `- ${quantity} × ${sku}${writeOff ? ', written off' : ''}`)
      .join('\n'),
  searchedBy: ({ customerId, orderId }) => ({ customerId, orderId }),
};
