import type { orderOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

export const orderHandlers = ({ get, change }: Upstream): Pick<Handlers, keyof typeof orderOperations> => ({
  placeOrder: ({ body, ...call }) =>
    change('POST', 'orders', 'orders', {
      ...call,
      body: { ...body, orderId: operationIdFrom('order', call.key) },
    }),
  getOrder: ({ params, ...call }) => get('projection', pathOf('order-status', params.orderId), call),
  listOrders: ({ query, ...call }) => get('projection', withQuery('order-status', query), call),
});
