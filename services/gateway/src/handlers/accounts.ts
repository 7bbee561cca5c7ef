import type { accountOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { customerScopeOf } from '@bankside/auth';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

export const accountHandlers = ({
  get,
  change,
}: Upstream): Pick<Handlers, keyof typeof accountOperations> => {
  const at = (number: string, ...rest: readonly string[]): string => pathOf('accounts', number, ...rest);
  return {
    openAccount: ({ params, body, ...call }) =>
      change('POST', 'accounts', 'accounts', { ...call, body: { ...body, ...params } }),
    listAccounts: ({ params, query, ...call }) =>
      get('accounts', withQuery('accounts', { ...params, ...query }), call),
    getAccount: ({ params, ...call }) => get('accounts', at(params.accountNumber), call),
    deposit: ({ params, ...call }) => change('POST', 'accounts', at(params.accountNumber, 'deposits'), call),
    withdraw: ({ params, body, ...call }) => {
      const customerId = customerScopeOf(call.actor);
      return change('POST', 'accounts', at(params.accountNumber, 'withdrawals'), {
        ...call,
        body: { ...body, ...(customerId !== undefined && { customerId }) },
      });
    },
    freezeAccount: ({ params, ...call }) =>
      change('POST', 'accounts', at(params.accountNumber, 'freeze'), call),
    unfreezeAccount: ({ params, ...call }) =>
      change('POST', 'accounts', at(params.accountNumber, 'unfreeze'), call),
    closeAccount: ({ params, ...call }) =>
      change('POST', 'accounts', at(params.accountNumber, 'close'), call),
  };
};
