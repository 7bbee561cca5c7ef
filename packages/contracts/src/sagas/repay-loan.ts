import { majorUnits } from '../currencies';
import * as z from 'zod';
import { accountNumber, amountCents, currency, customerId, loanNumber, operationId } from '../fields';
import type { SagaContract } from './saga-contract';

const loanRepayment = z
  .strictObject({
    /** Also the id of the withdrawal and of the workflow. */
    repaymentId: operationId,
    fromAccount: accountNumber,
    loanNumber,
    amountCents,
    currency,
    /** The customer who must hold both account and loan. Absent when a teller repays, who may use any. */
    customerId: customerId.exactOptional(),
  })
  .readonly();
export type LoanRepayment = z.output<typeof loanRepayment>;

export const repayLoanSaga: SagaContract<LoanRepayment> = {
  name: 'repay-loan',
  workflowType: 'repayLoan',
  input: loanRepayment,
  idOf: ({ repaymentId }) => repaymentId,
  firstStep: () => 'withdraw',
  summary: (repayment) =>
    `Repayment of ${majorUnits(repayment.amountCents, repayment.currency)} ${repayment.currency} of loan ${repayment.loanNumber}`,
  details: ({ fromAccount }) => `From account ${fromAccount}`,
  searchedBy: ({ customerId: id }) => ({ customerId: id }),
};
