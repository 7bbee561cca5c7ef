import type { LoansEvent } from '@bankside/contracts';
import { publisher } from '@bankside/kernel';
import { loan, type LoanEvent } from '../domain/loan';

export const published = publisher<LoanEvent, LoansEvent>(
  {
    LoanGranted: (data) => ({ type: 'loans.loan-granted.v1', data }),
    LoanRepaid: (data) => ({ type: 'loans.loan-repaid.v1', data }),
    NumberChangeAccepted: 'private',
    LoanLocked: (data) => ({ type: 'loans.loan-locked.v1', data }),
    LoanUnlocked: (data) => ({ type: 'loans.loan-unlocked.v1', data }),
    LoanClosed: (data) => ({ type: 'loans.loan-closed.v1', data }),
  },
  loan.upcasters,
);
