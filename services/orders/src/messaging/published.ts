import type { OrdersEvent } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import { publicationMap } from '@bankside/kernel';
import { order, type OrderEvent } from '../domain/order';

export const published = publicationMap<OrderEvent | CustomerBlockEvent, OrdersEvent>(
  {
    OrderPlaced: ({ lines, ...data }) => ({
      type: 'orders.order-placed.v1',
      data: { ...data, lines: [...lines] },
    }),
    OrderHeld: (data) => ({ type: 'orders.order-held.v1', data }),
    OrderConfirmed: (data) => ({ type: 'orders.order-confirmed.v1', data }),
    OrderRejected: (data) => ({ type: 'orders.order-rejected.v1', data }),
    CancellationRequested: 'private',
    OrderCancelled: (data) => ({ type: 'orders.order-cancelled.v1', data }),
    ReturnAccepted: ({ lines, ...data }) => ({
      type: 'orders.return-accepted.v1',
      data: { ...data, lines: [...lines] },
    }),
    ReturnCompleted: (data) => ({ type: 'orders.return-completed.v1', data }),
    ReturnRejected: (data) => ({ type: 'orders.return-rejected.v1', data }),
    CustomerBlocked: 'private',
    CustomerUnblocked: 'private',
    CustomerUnblockedInAdvance: 'private',
  },
  order.upcasters,
);
