import type { accountOperations, cardOperations, loanOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { customerBound } from '@bankside/service';
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
    listAccounts: ({ params, ...call }) => get('accounts', withQuery('accounts', params), call),
    getAccount: ({ params, ...call }) => get('accounts', at(params.accountNumber), call),
    deposit: ({ params, ...call }) => change('POST', 'accounts', at(params.accountNumber, 'deposits'), call),
    withdraw: ({ params, body, ...call }) => {
      const customerId = customerBound(call.actor);
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

export const cardHandlers = ({ get, change }: Upstream): Pick<Handlers, keyof typeof cardOperations> => ({
  issueCard: ({ params, body, ...call }) =>
    change('POST', 'cards', 'cards', { ...call, body: { ...body, ...params } }),
  listCards: ({ params, ...call }) => get('cards', withQuery('cards', params), call),
  getCard: ({ params, ...call }) => get('cards', pathOf('cards', params.cardNumber), call),
  blockCard: ({ params, ...call }) =>
    change('POST', 'cards', pathOf('cards', params.cardNumber, 'block'), call),
});

export const loanHandlers = ({ get, change }: Upstream): Pick<Handlers, keyof typeof loanOperations> => {
  const at = (number: string, ...rest: readonly string[]): string => pathOf('loans', number, ...rest);
  return {
    grantLoan: ({ params, body, ...call }) =>
      change('POST', 'loans', 'loans', { ...call, body: { ...body, ...params } }),
    listLoans: ({ params, ...call }) => get('loans', withQuery('loans', params), call),
    getLoan: ({ params, ...call }) => get('loans', at(params.loanNumber), call),
    repayLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'repayments'), call),
    lockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'lock'), call),
    unlockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'unlock'), call),
    closeLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'close'), call),
  };
};
