import { z } from 'zod';
import { count, currency, customerId, orderId, payWith, reason, sku } from '../fields';
import { placeOrderRequest as order, pricedLine } from '../orders';
import type { ApiSection, Operations } from './operation';
import { next, viewPage } from './paging';
import { correlationId } from './stories';

const step = z.object({
  step: z.string().meta({ examples: ['stock-reserved'] }),
  at: z.iso.datetime(),
  sku: sku.optional(),
});
const orderState = z.enum(['placed', 'held', 'confirmed', 'rejected', 'cancelled']);
/** An order as its view shows it. Events of payment and stock may be applied before those of the order itself. */
const orderStatus = z.object({
  orderId,
  customerId: customerId.optional(),
  state: orderState,
  reason: reason.optional(),
  lines: z.array(pricedLine).optional(),
  totalCents: count.optional(),
  currency: currency.optional(),
  payWith: payWith.optional(),
  placedAt: z.iso.datetime().optional(),
  correlationId: correlationId.optional(),
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
  steps: z.array(step).meta({ description: 'Oldest first' }),
});

export const orderOperations = {
  placeOrder: {
    method: 'post',
    path: '/api/orders',
    summary: 'Place an order',
    description:
      'A saga then reserves stock, authorizes the payment and moves the money. Read the order, with the `Consistency-Token` of this response, until its state is neither `placed` nor `held`.',
    creates: '/api/orders/{orderId}',
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
    summary: 'Read an order with its payment, stock and steps',
    params: z.strictObject({ orderId }),
    success: { status: 200, description: 'The order.', schema: orderStatus },
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'service',
  },
  listOrders: {
    method: 'get',
    path: '/api/orders',
    summary: 'List the orders of a customer, or for staff all orders',
    description: 'Customers name themselves; staff may also list the orders in one state, or all of them.',
    query: z
      .strictObject({ customerId: customerId.optional(), state: orderState.optional(), ...viewPage })
      .refine((query) => query.customerId === undefined || query.state === undefined, {
        path: ['state'],
        message: 'cannot be combined with customerId',
      }),
    success: {
      status: 200,
      description: 'A page of orders, newest first.',
      schema: z.object({ orders: z.array(orderStatus), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'query',
  },
} satisfies Operations;

export const ordersApi = {
  tag: 'orders',
  description: 'Orders, paid from an account or card of the bank.',
  operations: orderOperations,
} as const satisfies ApiSection;
