import { z } from 'zod';
import { count, currency, customerId, orderId, payWith, reason, sku } from '../fields';
import { placeOrder as order, pricedLine } from '../orders';
import type { Operations } from './operation';
import { page } from './paging';

const step = z.object({
  step: z.string().meta({ examples: ['stock-reserved'] }),
  at: z.iso.datetime(),
  sku: sku.optional(),
});
/** What became known of an order; parts of it may come before the order itself. */
const orderStatus = z.object({
  orderId,
  customerId: customerId.optional(),
  state: z.enum(['placed', 'confirmed', 'rejected', 'cancelled']),
  reason: reason.optional(),
  lines: z.array(pricedLine).optional(),
  totalCents: count.optional(),
  currency: currency.optional(),
  payWith: payWith.optional(),
  placedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  payment: z
    .object({
      state: z.enum(['authorized', 'captured', 'voided', 'failed', 'refunded']),
      amountCents: count,
      reason: reason.optional(),
    })
    .optional(),
  money: z
    .object({ state: z.enum(['withdrawn', 'charged', 'returned']), amountCents: count, from: payWith })
    .optional(),
  stock: z.array(z.object({ sku, quantity: count, state: z.enum(['reserved', 'released', 'committed']) })),
  steps: z.array(step).meta({ description: 'By time' }),
});

export const orderOperations = {
  placeOrder: {
    method: 'post',
    path: '/api/orders',
    tag: 'orders',
    summary: 'Place an order',
    description:
      'Stock, payment and money follow by a saga: ask for the order, with the Consistency-Token of this answer, to see its end.',
    body: order,
    success: { status: 202, description: 'Placed.', schema: z.object({ orderId }) },
    problems: {
      404: ['customer-not-found', 'product-not-found'],
      409: ['customer-not-active'],
      422: ['currency-mismatch', 'order-too-large'],
    },
    roles: ['customer', 'teller'],
    owner: 'body',
  },
  getOrder: {
    method: 'get',
    path: '/api/orders/{orderId}',
    tag: 'orders',
    summary: 'Read an order with its payment, stock and steps',
    params: z.strictObject({ orderId }),
    success: { status: 200, description: 'The order as its view has it.', schema: orderStatus },
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'service',
  },
  listOrders: {
    method: 'get',
    path: '/api/orders',
    tag: 'orders',
    summary: 'List the orders of a customer',
    query: z.strictObject({ customerId, ...page }),
    success: {
      status: 200,
      description: 'A page of orders, newest first.',
      schema: z.object({ orders: z.array(orderStatus), next: z.string().optional() }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'query',
  },
} satisfies Operations;
