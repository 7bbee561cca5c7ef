import * as z from 'zod';
import { count, currency, customerId, operationId, orderId, payWith, reason, sku } from '../fields';
import {
  cancelOrderRequest,
  placeOrderRequest as order,
  pricedLine,
  returnedLine,
  returnRequest,
} from '../orders';
import { payOutRefundRequest } from '../payments';
import type { ApiSection, Operations } from './operation';
import { orderStates } from '../states';
import { next, viewPage } from './paging';
import { pending } from './pending';
import { correlationId } from './stories';

const step = z.object({
  step: z.string().meta({ examples: ['stock-reserved'] }),
  at: z.iso.datetime(),
  sku: sku.optional(),
});
const orderState = z.enum(orderStates);
const orderReturn = z.object({
  returnId: operationId,
  state: z.enum(['accepted', 'completed', 'rejected']),
  at: z.iso.datetime(),
  lines: z.array(returnedLine),
  reason,
  refundCents: count,
  rejectedBecause: reason.optional(),
  refund: z
    .object({
      state: z.enum(['refunded', 'credited', 'held', 'paid-out']),
      to: payWith.optional(),
    })
    .optional()
    .meta({
      description:
        '`credited`: to the account or card in `to`. `held`: none could take the money, and staff pays it out.',
    }),
});
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
  returnableUntil: z.iso
    .datetime()
    .optional()
    .meta({ description: 'The last moment at which pieces may be returned' }),
  payment: z
    .object({
      state: z.enum(['authorized', 'captured', 'voided', 'failed', 'partly-refunded', 'refunded']),
      amountCents: count,
      refundedCents: count.optional(),
      reason: reason.optional(),
    })
    .optional(),
  money: z
    .object({ state: z.enum(['withdrawn', 'charged', 'returned']), amountCents: count, from: payWith })
    .optional(),
  stock: z.array(z.object({ sku, quantity: count, state: z.enum(['reserved', 'released', 'committed']) })),
  returns: z.array(orderReturn).meta({ description: 'Oldest first' }),
  steps: z.array(step).meta({ description: 'Oldest first' }),
});

export const orderOperations = {
  placeOrder: {
    method: 'post',
    path: '/api/orders',
    summary: 'Place an order',
    description:
      'A saga then reserves stock, authorizes the payment and moves the money. Read the order, with the `Consistency-Token` of this response, until its state is no longer `placed`.',
    creates: '/api/orders/{orderId}',
    body: order,
    success: { status: 202, description: 'Placed.', schema: z.object({ orderId }) },
    problems: {
      404: ['customer-not-found', 'product-not-found'],
      409: ['customer-not-active'],
      422: ['currency-mismatch', 'order-too-large', 'payer-required'],
    },
    roles: ['customer', 'teller'],
    owner: 'body',
  },
  cancelOrder: {
    method: 'post',
    audited: true,
    path: '/api/orders/{orderId}/cancellation',
    summary: 'Cancel an order that is not paid yet',
    description:
      'Asks the saga of the order to stop. Either the cancellation or the payment wins: a paid order is confirmed, and its pieces can be returned.',
    params: z.strictObject({ orderId }),
    body: cancelOrderRequest,
    bodyOptional: true,
    success: {
      status: 200,
      description: 'Cancelled: nothing is paid, and nothing reserved.',
      schema: z.object({ orderId, state: z.literal('cancelled') }),
    },
    pending,
    problems: {
      404: ['order-not-found'],
      409: [
        'order-already-confirmed',
        'order-already-cancelled',
        'order-already-rejected',
        'order-interrupted',
      ],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  returnOrder: {
    method: 'post',
    audited: true,
    path: '/api/orders/{orderId}/returns',
    summary: 'Return pieces of a confirmed order',
    description:
      'Each piece once. A saga then takes the pieces back and refunds their price to the account or card that paid, else to another account of the customer; if there is none, staff pays it out. Read the order, with the `Consistency-Token` of this response, until the return is `completed`.',
    creates: '/api/orders/{orderId}',
    params: z.strictObject({ orderId }),
    body: returnRequest,
    success: {
      status: 202,
      description: 'Accepted.',
      schema: z.object({ orderId, returnId: operationId }),
    },
    problems: {
      403: ['forbidden'],
      404: ['order-not-found'],
      409: [
        'order-not-confirmed',
        'order-already-rejected',
        'order-already-cancelled',
        'more-returned-than-bought',
        'return-too-late',
        'too-many-returns',
      ],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  payOutRefund: {
    method: 'post',
    audited: true,
    path: '/api/orders/{orderId}/returns/{returnId}/payout',
    summary: 'Pay out a held refund in cash',
    params: z.strictObject({ orderId, returnId: operationId }),
    body: payOutRefundRequest,
    bodyOptional: true,
    success: { status: 200, description: 'Paid out.', schema: z.object({}) },
    problems: { 404: ['payment-not-found', 'refund-not-found'], 409: ['refund-not-held', 'payment-voided'] },
    roles: ['teller'],
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
    description:
      'Customers name themselves; staff may also list all orders. With both a customer and a state a page may have fewer orders than the limit.',
    query: z.strictObject({ customerId: customerId.optional(), state: orderState.optional(), ...viewPage }),
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
