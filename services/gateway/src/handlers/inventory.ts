import type { inventoryOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

export const inventoryHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, keyof typeof inventoryOperations> => ({
  addProduct: (input) => change('POST', 'inventory', 'products', input),
  addStock: ({ params, ...call }) =>
    change('POST', 'inventory', pathOf('products', params.sku, 'stock'), call),
  listProducts: ({ query, ...call }) => get('inventory', withQuery('products', query), call),
  getProduct: ({ params, ...call }) => get('inventory', pathOf('products', params.sku), call),
});
