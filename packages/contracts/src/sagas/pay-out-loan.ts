import { majorUnits } from '../currencies';
import * as z from 'zod';
import { accountNumber, amountCents, currency, customerId, loanNumber, operationId } from '../fields';
import type { SagaContract } from './saga-contract';

const loanPayout = z
  .strictObject({
    /** Also the id of the deposit and of the workflow. */
    payoutId: operationId,
    loanNumber,
    /** Who must hold the account. */
    customerId,
    payOutTo: accountNumber,
    amountCents,
    currency,
  })
  .readonly();
export type LoanPayout = z.output<typeof loanPayout>;

export const payOutLoanSaga: SagaContract<LoanPayout> = {
  name: 'pay-out-loan',
  workflowType: 'payOutLoan',
  input: loanPayout,
  idOf: ({ payoutId }) => payoutId,
  firstStep: () => 'deposit',
  summary: (payout) =>
    `Payout of loan ${payout.loanNumber}, ${majorUnits(payout.amountCents, payout.currency)} ${payout.currency}, to account ${payout.payOutTo}`,
  searchedBy: ({ customerId: id }) => ({ customerId: id }),
};
