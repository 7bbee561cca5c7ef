import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import {
  currency,
  customerId,
  orderId,
  payWith,
  quantity,
  reason,
  sku,
  totalCents,
  unitPriceCents,
} from './fields';

/** The most lines of one order. */
export const MAX_LINES = 50;

export const pricedLine = z.object({ sku, quantity, unitPriceCents });
export type PricedLine = z.infer<typeof pricedLine>;

const order = { orderId, customerId };
const anOrder = { orderId: sample.orderId, customerId: sample.customerId };

export const ordersEvents = {
  'orders.order-placed.v1': event(
    'A customer placed an order at these prices. Each SKU is on one line only.',
    { ...order, lines: z.array(pricedLine).min(1).max(MAX_LINES), totalCents, currency, payWith },
    {
      ...anOrder,
      lines: [{ sku: sample.sku, quantity: 2, unitPriceCents: 1499 }],
      totalCents: 2998,
      currency: 'EUR',
      payWith: { account: sample.accountNumber },
    },
  ),
  'orders.order-held.v1': event(
    'The saga of the order needs a person. It goes on, or is undone, once an operator has decided.',
    order,
    anOrder,
  ),
  'orders.order-confirmed.v1': event(
    'The order was confirmed: it is paid and its stock is committed.',
    { ...order, totalCents, currency },
    { ...anOrder, totalCents: 2998, currency: 'EUR' },
  ),
  'orders.order-rejected.v1': event(
    'The order was rejected: nothing is reserved or paid.',
    { ...order, reason },
    { ...anOrder, reason: 'insufficient-funds' },
  ),
  'orders.order-cancelled.v1': event(
    'The order was cancelled: nothing is reserved or paid.',
    { ...order, reason },
    { ...anOrder, reason: 'cancelled' },
  ),
};
export type OrdersEvent = EventOf<typeof ordersEvents>;

export const placeOrderRequest = z.strictObject({
  customerId,
  lines: z.array(z.strictObject({ sku, quantity })).min(1).max(MAX_LINES),
  payWith,
});
