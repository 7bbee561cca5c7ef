import { pathOf } from '@bankside/dapr';
import { customerBound, uuidFrom } from '@bankside/service';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';

type Ids = 'registerCustomer' | 'getCustomer' | 'openAccount' | 'deposit' | 'withdraw';

export const customerHandlers = ({ get, change }: Upstream): Pick<Handlers, Ids> => ({
  registerCustomer: ({ body, ...call }) =>
    change('POST', 'customers', 'customers', {
      ...call,
      body: { ...body, customerId: uuidFrom(`customer/${call.key}`) },
    }),
  getCustomer: ({ params, ...call }) => get('customers', pathOf('customers', params.customerId), call),
  openAccount: ({ params, body, ...call }) =>
    change('POST', 'accounts', 'accounts', { ...call, body: { ...body, customerId: params.customerId } }),
  deposit: ({ params, ...call }) =>
    change('POST', 'accounts', pathOf('accounts', params.accountNumber, 'deposits'), call),
  withdraw: ({ params, body, ...call }) => {
    const customerId = customerBound(call.actor);
    return change('POST', 'accounts', pathOf('accounts', params.accountNumber, 'withdrawals'), {
      ...call,
      body: { ...body, ...(customerId !== undefined && { customerId }) },
    });
  },
});
