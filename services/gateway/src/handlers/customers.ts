import { pathOf } from '@bankside/dapr';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';

type Ids = 'registerCustomer' | 'getCustomer' | 'changeCustomer';

export const customerHandlers = ({ get, change }: Upstream): Pick<Handlers, Ids> => ({
  registerCustomer: ({ body, ...call }) =>
    change('POST', 'customers', 'customers', {
      ...call,
      body: { ...body, customerId: operationIdFrom('customer', call.key) },
    }),
  getCustomer: ({ params, ...call }) => get('customers', pathOf('customers', params.customerId), call),
  changeCustomer: ({ params, ...call }) =>
    change('PATCH', 'customers', pathOf('customers', params.customerId), call),
});
