import { z } from 'zod';
import { customerId, orderId } from '../fields';
import { placeOrder as order } from '../orders';
import type { Operations } from './operation';
import { page } from './paging';

const orderStatus = z.looseObject({
  orderId,
  customerId,
  state: z.enum(['placed', 'confirmed', 'rejected', 'cancelled']),
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
      schema: z.looseObject({ orders: z.array(orderStatus), next: z.string().optional() }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'query',
  },
} satisfies Operations;
