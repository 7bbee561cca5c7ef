import type { loanOperations } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import type { Handlers } from '../router';
import type { Upstream } from '../upstream';
import { withQuery } from '../with-query';

export const loanHandlers = ({ get, change }: Upstream): Pick<Handlers, keyof typeof loanOperations> => {
  const at = (number: string, ...rest: readonly string[]): string => pathOf('loans', number, ...rest);
  return {
    grantLoan: ({ params, body, ...call }) =>
      change('POST', 'loans', 'loans', { ...call, body: { ...body, ...params } }),
    listLoans: ({ params, query, ...call }) =>
      get('loans', withQuery('loans', { ...params, ...query }), call),
    getLoan: ({ params, ...call }) => get('loans', at(params.loanNumber), call),
    repayLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'repayments'), call),
    lockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'lock'), call),
    unlockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'unlock'), call),
    closeLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'close'), call),
  };
};
