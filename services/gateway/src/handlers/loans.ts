import { MAIN_CASH_DESK } from '@bankside/contracts';
import type { loanOperations } from '@bankside/contracts/http';
import { repayLoanSaga } from '@bankside/contracts/sagas';
import { customerScopeOf } from '@bankside/auth';
import { pathOf } from '@bankside/dapr';
import { notFound } from '@bankside/http';
import { operationIdFrom } from '@bankside/std/ids';
import type { Handlers } from '../router';
import type { SagaRuns } from '../saga-runs';
import { ok, type Upstream } from '../upstream';
import { withQuery } from '../with-query';
import { holderOf } from './holder-of';
import { sagaResponse } from './saga-response';

export const loanHandlers = (
  services: Upstream,
  runs: SagaRuns,
): Pick<Handlers, keyof typeof loanOperations> => {
  const { get, change } = services;
  const at = (number: string, ...rest: readonly string[]): string => pathOf('loans', number, ...rest);
  return {
    grantLoan: ({ params, body, ...call }) => {
      const cash = body.payOutTo === undefined && { cashDesk: body.cashDesk ?? MAIN_CASH_DESK };
      return change('POST', 'loans', 'loans', { ...call, body: { ...body, ...cash, ...params } });
    },
    listLoans: ({ params, query, ...call }) =>
      get('loans', withQuery('loans', { ...params, ...query }), call),
    getLoan: ({ params, ...call }) => get('loans', at(params.loanNumber), call),
    repayLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'repayments'), call),
    repayLoanFromAccount: async ({ body, ...call }) => {
      const repaymentId = operationIdFrom('repayment', call.key);
      const customerId = customerScopeOf(call.actor);
      // A teller may repay from any account, so operators find the saga by its holder.
      const holder = customerId ?? (await holderOf(services, body.fromAccount, call));
      const repayment = { repaymentId, ...body, ...(customerId !== undefined && { customerId }) };
      const outcome = await runs.run(repayLoanSaga, repayment, call, { customerId: holder });
      const location = `/api/loan-repayments/${repaymentId}`;
      return sagaResponse(outcome, { sagaId: repaymentId, location, done: { repaymentId } });
    },
    getLoanRepayment: async ({ params: { repaymentId }, actor }) => {
      const { customerId, outcome } = await runs.find(repayLoanSaga, repaymentId);
      const scope = customerScopeOf(actor);
      if (scope !== undefined && customerId !== scope) throw notFound(`saga ${repaymentId}`);
      const status = outcome.status === 'confirmed' ? 'repaid' : outcome.status;
      return ok({ repaymentId, status, ...('reason' in outcome && { reason: outcome.reason }) });
    },
    lockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'lock'), call),
    unlockLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'unlock'), call),
    closeLoan: ({ params, ...call }) => change('POST', 'loans', at(params.loanNumber, 'close'), call),
  };
};
