import { pathOf } from '@bankside/dapr';
import { uuidFrom } from '@bankside/service';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

type Ids = 'addProduct' | 'addStock' | 'listProducts' | 'placeOrder' | 'getOrder' | 'listOrders';

export const shopHandlers = ({ get, change }: Upstream): Pick<Handlers, Ids> => ({
  addProduct: (input) => change('POST', 'inventory', 'products', input),
  addStock: ({ params, ...call }) =>
    change('POST', 'inventory', pathOf('products', params.sku, 'stock'), call),
  listProducts: (call) => get('inventory', 'products', call),
  placeOrder: async ({ body, ...call }) => {
    const orderId = uuidFrom(`order/${call.key}`);
    const answer = await change('POST', 'orders', 'orders', { ...call, body: { ...body, orderId } });
    if (answer.status !== 202) return answer;
    return { ...answer, headers: { ...answer.headers, location: `/api/orders/${orderId}` } };
  },
  getOrder: ({ params, ...call }) => get('projection', pathOf('order-status', params.orderId), call),
  listOrders: ({ query, ...call }) => get('projection', withQuery('order-status', query), call),
});
