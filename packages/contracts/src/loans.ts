import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import { amountCents, balanceCents, currency, customerId, loanNumber, operationId } from './fields';
import { numberChangeEvents } from './number-changes';

const loan = { loanNumber, customerId, currency };
/** paid + outstanding = total, in every event. */
const debt = { totalCents: amountCents, paidCents: balanceCents, outstandingCents: balanceCents };

const aLoan = { loanNumber: sample.loanNumber, customerId: sample.customerId, currency: 'EUR' };

export const loansEvents = {
  'loans.loan-granted.v1': event(
    'A loan was granted to a customer.',
    { ...loan, ...debt },
    { ...aLoan, totalCents: 500_000, paidCents: 0, outstandingCents: 500_000 },
  ),
  'loans.loan-repaid.v1': event(
    'The loan was repaid, in part or in full.',
    { ...loan, repaymentId: operationId, amountCents, ...debt },
    {
      ...aLoan,
      repaymentId: sample.operationId,
      amountCents: 20_000,
      totalCents: 500_000,
      paidCents: 20_000,
      outstandingCents: 480_000,
    },
  ),
  'loans.loan-locked.v1': event(
    'The loan is under review: until the review ends, the customer cannot change the mobile number.',
    loan,
    aLoan,
  ),
  'loans.loan-unlocked.v1': event('The review ended.', loan, aLoan),
  'loans.loan-closed.v1': event('The loan was repaid in full and closed.', loan, aLoan),
  'loans.loan-reopened.v1': event(
    'The repaid loan is open again: its customer was to leave and stays.',
    loan,
    aLoan,
  ),
  'loans.number-change-acknowledged.v1': numberChangeEvents.acknowledged,
  'loans.number-change-rejected.v1': numberChangeEvents.rejected,
};
export type LoansEvent = EventOf<typeof loansEvents>;

export const grantLoanRequest = z.strictObject({
  totalCents: amountCents,
  currency: currency.default('EUR'),
});
