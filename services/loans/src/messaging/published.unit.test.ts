import { loansEvents } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationContract } from '@bankside/kernel/testing';
import type { LoanEvent } from '../domain/loan';
import { published } from './published';

const holder = { loanNumber: '2000000019', customerId: 'ada', currency: 'EUR' };
const closure = { customerId: 'ada', closureId: 'l1' };
const numberChange = { customerId: 'ada', changeId: 'n1' };

publicationContract<LoanEvent | NumberChangeEvent | CustomerBlockEvent>(
  published,
  loansEvents,
  {
    LoanGranted: [
      { ...holder, totalCents: 1000, paidCents: 0, outstandingCents: 1000 },
      { ...holder, totalCents: 1000, paidCents: 0, outstandingCents: 1000, payOutTo: '1000000017' },
    ],
    LoanPaidOut: { ...holder, payOutTo: '1000000017' },
    LoanCancelled: { ...holder, amountCents: 1000, outstandingCents: 0, reason: 'account-not-open' },
    LoanRepaid: {
      ...holder,
      repaymentId: 'r1',
      amountCents: 100,
      totalCents: 1000,
      paidCents: 100,
      outstandingCents: 900,
    },
    NumberChangeAccepted: { loanNumber: holder.loanNumber, changeId: 'c1' },
    LoanLocked: holder,
    LoanUnlocked: holder,
    LoanClosed: [holder, { ...holder, closureId: 'l1' }],
    LoanReopened: { ...holder, closureId: 'l1' },
    LoanReopenedInAdvance: { loanNumber: holder.loanNumber, closureId: 'l1' },
    CustomerBlocked: closure,
    CustomerUnblocked: closure,
    CustomerUnblockedInAdvance: closure,
    NumberChangeAcknowledged: numberChange,
    NumberChangeRejected: { ...numberChange, reason: 'loan-locked' },
    NumberChangeRolledBack: { ...numberChange, reason: 'loan-locked' },
  },
  [
    'NumberChangeAccepted',
    'NumberChangeRolledBack',
    'LoanReopenedInAdvance',
    'CustomerBlocked',
    'CustomerUnblocked',
    'CustomerUnblockedInAdvance',
  ],
);
