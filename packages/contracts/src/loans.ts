import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import {
  accountNumber,
  amountCents,
  balanceCents,
  cashDesk,
  currency,
  customerId,
  loanNumber,
  operationId,
  reason,
} from './fields';
import { numberChangeEvents } from './number-changes';

const loan = { loanNumber, customerId, currency };
/** paid + outstanding = total, in every event. */
const debt = { totalCents: amountCents, paidCents: balanceCents, outstandingCents: balanceCents };

const aLoan = { loanNumber: sample.loanNumber, customerId: sample.customerId, currency: 'EUR' };

export const loansEvents = {
  'loans.loan-granted.v1': event(
    'A loan was granted to a customer. It is paid out to the account `payOutTo`, or in cash without one.',
    { ...loan, ...debt, payOutTo: accountNumber.optional(), cashDesk: cashDesk.optional() },
    {
      ...aLoan,
      totalCents: 500_000,
      paidCents: 0,
      outstandingCents: 500_000,
      payOutTo: sample.accountNumber,
    },
  ),
  'loans.loan-paid-out.v1': event(
    'The loan was paid out to the account that the grant names.',
    { ...loan, payOutTo: accountNumber },
    { ...aLoan, payOutTo: sample.accountNumber },
  ),
  'loans.loan-cancelled.v1': event(
    'The loan was cancelled, because it could not be paid out: nothing is owed.',
    { ...loan, amountCents, outstandingCents: balanceCents, reason },
    { ...aLoan, amountCents: 500_000, outstandingCents: 0, reason: 'account-not-open' },
  ),
  'loans.loan-repaid.v1': event(
    'The loan was repaid, in part or in full: from the account `fromAccount`, or in cash without one.',
    {
      ...loan,
      repaymentId: operationId,
      amountCents,
      ...debt,
      fromAccount: accountNumber.optional(),
      cashDesk: cashDesk.optional(),
    },
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

/** Paid out to the account `payOutTo`, which must be one of the customer in the same currency, else in cash. */
export const grantLoanRequest = z
  .strictObject({
    totalCents: amountCents,
    currency: currency.default('EUR'),
    payOutTo: accountNumber.optional(),
    cashDesk: cashDesk.optional(),
  })
  .refine(({ payOutTo, cashDesk: desk }) => payOutTo === undefined || desk === undefined, {
    message: 'is only for a loan that is paid out in cash',
    path: ['cashDesk'],
  })
  .meta({ not: { required: ['payOutTo', 'cashDesk'] } });
/** Account and loan must both be of this currency. */
export const repayLoanRequest = z.strictObject({
  fromAccount: accountNumber,
  loanNumber,
  amountCents,
  currency: currency.default('EUR'),
});
