import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import { cancellationReasons, returnReasons } from './order-reasons';
import {
  currency,
  customerId,
  operationId,
  orderId,
  payWith,
  quantity,
  reason,
  sku,
  totalCents,
  unitPriceCents,
} from './fields';

export * from './order-reasons';

/** The most lines of one order. */
export const MAX_LINES = 50;

export const pricedLine = z.object({ sku, quantity, unitPriceCents });
export type PricedLine = z.infer<typeof pricedLine>;
/** Pieces that come back: into the stock, or written off because they can't be sold again. */
export const returnedLine = z.object({ sku, quantity, writeOff: z.boolean() });
export type ReturnedLine = z.infer<typeof returnedLine>;

const reservationSeconds = z
  .int()
  .positive()
  .meta({
    description: 'How long stock may stay reserved before the order is paid; then the order is rejected',
    examples: [120],
  });
const returnableUntil = z.iso.datetime().meta({
  description: 'The last moment at which pieces may be returned',
  examples: ['2026-12-31T10:00:00.000Z'],
});

const order = { orderId, customerId };
const orderReturn = { ...order, returnId: operationId };
const anOrder = { orderId: sample.orderId, customerId: sample.customerId };
const aReturn = { ...anOrder, returnId: sample.operationId };

export const ordersEvents = {
  'orders.order-placed.v1': event(
    'A customer placed an order at these prices. Each SKU is on one line only. Without `payWith` there is nothing to pay.',
    {
      ...order,
      lines: z.array(pricedLine).min(1).max(MAX_LINES),
      totalCents,
      currency,
      payWith: payWith.optional(),
      reservationSeconds: reservationSeconds.optional(),
    },
    {
      ...anOrder,
      lines: [{ sku: sample.sku, quantity: 2, unitPriceCents: 1499 }],
      totalCents: 2998,
      currency: 'EUR',
      payWith: { account: sample.accountNumber },
      reservationSeconds: 120,
    },
  ),
  'orders.order-held.v1': event(
    'The saga of the order needs a person. It continues, or is undone, once an operator has decided.',
    order,
    anOrder,
  ),
  'orders.order-confirmed.v1': event(
    'The order was confirmed: it is paid and its stock is committed.',
    { ...order, totalCents, currency, returnableUntil: returnableUntil.optional() },
    { ...anOrder, totalCents: 2998, currency: 'EUR', returnableUntil: '2026-12-31T10:00:00.000Z' },
  ),
  'orders.order-rejected.v1': event(
    'The order was rejected: what was reserved or paid for it goes back.',
    { ...order, reason },
    { ...anOrder, reason: 'insufficient-funds' },
  ),
  'orders.order-cancelled.v1': event(
    'The order was cancelled before it was paid: what was reserved or paid for it goes back.',
    { ...order, reason, cancellationId: operationId.optional() },
    { ...anOrder, reason: 'changed-my-mind', cancellationId: sample.operationId },
  ),
  'orders.return-accepted.v1': event(
    'Pieces of a confirmed order come back, each at most once. Their price goes back to the payer.',
    {
      ...orderReturn,
      lines: z.array(returnedLine).min(1).max(MAX_LINES),
      reason,
      refundCents: totalCents,
      currency,
      payWith: payWith.optional(),
    },
    {
      ...aReturn,
      lines: [{ sku: sample.sku, quantity: 1, writeOff: false }],
      reason: 'damaged',
      refundCents: 1499,
      currency: 'EUR',
      payWith: { account: sample.accountNumber },
    },
  ),
  'orders.return-completed.v1': event(
    'The pieces are back or written off, and their price is refunded.',
    { ...orderReturn, status: z.enum(['partly-returned', 'returned']) },
    { ...aReturn, status: 'partly-returned' },
  ),
  'orders.return-rejected.v1': event(
    'The payment could not be refunded: the pieces count as not returned.',
    { ...orderReturn, reason },
    { ...aReturn, reason: 'payment-not-captured' },
  ),
};
export type OrdersEvent = EventOf<typeof ordersEvents>;

export const placeOrderRequest = z.strictObject({
  customerId,
  lines: z.array(z.strictObject({ sku, quantity })).min(1).max(MAX_LINES),
  payWith: payWith.optional().meta({ description: 'Required unless there is nothing to pay' }),
});
export const cancelOrderRequest = z.strictObject({
  reason: z.enum(cancellationReasons).default('no-reason-given'),
});
export const returnRequest = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        sku,
        quantity,
        writeOff: z.boolean().default(false).meta({
          description: 'Only staff: the pieces cannot be sold again and do not go back into the stock',
        }),
      }),
    )
    .min(1)
    .max(MAX_LINES),
  reason: z.enum(returnReasons).default('no-reason-given'),
});
