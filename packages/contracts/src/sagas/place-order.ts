import { majorUnits } from '../currencies';
import { ordersEvents, type OrdersEvent } from '../orders';
import type { SagaContract } from './saga-contract';

/** The published event starts the saga, so its data is the input; the saga verifies it with the owner of orders first. */
export type PlacedOrder = Extract<OrdersEvent, { type: 'orders.order-placed.v1' }>['data'];

export const placeOrderSaga: SagaContract<PlacedOrder> = {
  name: 'place-order',
  workflowType: 'placeOrder',
  input: ordersEvents['orders.order-placed.v1'],
  idOf: ({ orderId }) => orderId,
  firstStep: () => 'verify',
  summary: ({ totalCents, currency, customerId }) =>
    `Order of ${majorUnits(totalCents, currency)} ${currency} by customer ${customerId}`,
  details: ({ lines }) =>
    lines
      .map(({ sku, quantity, unitPriceCents }) => `- ${quantity} × ${sku} at ${unitPriceCents} cents`)
      .join('\n'),
  searchedBy: ({ customerId, orderId }) => ({ customerId, orderId }),
};
