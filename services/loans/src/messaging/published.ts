import type { LoansEvent } from '@bankside/contracts';
import type { NumberChangeEvent } from '@bankside/copies';
import { publisher } from '@bankside/kernel';
import { loan, type LoanEvent } from '../domain/loan';

export const published = publisher<LoanEvent | NumberChangeEvent, LoansEvent>(
  {
    LoanGranted: (data) => ({ type: 'loans.loan-granted.v1', data }),
    LoanRepaid: (data) => ({ type: 'loans.loan-repaid.v1', data }),
    NumberChangeAccepted: 'private',
    LoanLocked: (data) => ({ type: 'loans.loan-locked.v1', data }),
    LoanUnlocked: (data) => ({ type: 'loans.loan-unlocked.v1', data }),
    LoanClosed: (data) => ({ type: 'loans.loan-closed.v1', data }),
    NumberChangeAcknowledged: (data) => ({ type: 'loans.number-change-acknowledged.v1', data }),
    NumberChangeRefused: (data) => ({ type: 'loans.number-change-refused.v1', data }),
    NumberChangeRolledBack: 'private', // Nobody comes after loans, so they never give one up.
  },
  loan.upcasters,
);
