import type { LoansEvent } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationMap } from '@bankside/kernel';
import { loan, type LoanEvent } from '../domain/loan';

export const published = publicationMap<LoanEvent | NumberChangeEvent | CustomerBlockEvent, LoansEvent>(
  {
    LoanGranted: (data) => ({ type: 'loans.loan-granted.v1', data }),
    LoanPaidOut: (data) => ({ type: 'loans.loan-paid-out.v1', data }),
    LoanCancelled: (data) => ({ type: 'loans.loan-cancelled.v1', data }),
    LoanRepaid: (data) => ({ type: 'loans.loan-repaid.v1', data }),
    NumberChangeAccepted: 'private',
    LoanLocked: (data) => ({ type: 'loans.loan-locked.v1', data }),
    LoanUnlocked: (data) => ({ type: 'loans.loan-unlocked.v1', data }),
    LoanClosed: ({ closureId: _private, ...data }) => ({ type: 'loans.loan-closed.v1', data }),
    LoanReopened: ({ closureId: _private, ...data }) => ({ type: 'loans.loan-reopened.v1', data }),
    LoanReopenedInAdvance: 'private',
    CustomerBlocked: 'private',
    CustomerUnblocked: 'private',
    CustomerUnblockedInAdvance: 'private',
    NumberChangeAcknowledged: (data) => ({ type: 'loans.number-change-acknowledged.v1', data }),
    NumberChangeRejected: (data) => ({ type: 'loans.number-change-rejected.v1', data }),
    NumberChangeRolledBack: 'private', // Loans are last in the chain, so they never roll back.
  },
  loan.upcasters,
);
