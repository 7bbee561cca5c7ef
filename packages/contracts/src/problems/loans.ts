import { NEW_ID, NONE, CHECK_ID, type ProblemKind } from './kind';

/** Rejections of loans. */
export const loanProblems = {
  'loan-not-found': {
    status: 404,
    title: 'Loan not found',
    when: 'No loan has this number.',
    remedy: CHECK_ID,
  },
  'loan-number-taken': {
    status: 503,
    title: 'Loan number taken',
    when: 'The service found no unused number for the loan in several attempts.',
    remedy: 'Send the request again with a new `Idempotency-Key`, which generates other numbers.',
  },
  'loan-closed': {
    status: 409,
    title: 'Loan closed',
    when: 'A closed loan takes no further commands.',
    remedy: NONE,
  },
  'loan-locked': {
    status: 409,
    title: 'Loan locked',
    when: 'The loan is under review: it cannot be closed, and its holder keeps the mobile number.',
    remedy: 'Unlock the loan first.',
  },
  'loan-not-paid-out': {
    status: 409,
    title: 'Loan not paid out',
    when: 'The loan is granted and its money has not arrived on the account yet.',
    remedy: 'Wait a few seconds, until the loan is paid out or cancelled.',
  },
  'loan-cancelled': {
    status: 409,
    title: 'Loan cancelled',
    when: 'The loan could not be paid out and is cancelled: nothing is owed.',
    remedy: NONE,
  },
  'loan-paid-out': {
    status: 409,
    title: 'Loan paid out',
    when: 'A loan that was paid out cannot be cancelled.',
    remedy: NONE,
  },
  'loan-not-repaid': {
    status: 409,
    title: 'Loan not repaid',
    when: 'A loan with outstanding debt cannot be closed.',
    remedy: 'Repay the outstanding amount first.',
  },
  'repayment-id-reused': {
    status: 409,
    title: 'Repayment id reused',
    when: 'The id of the repayment was used for another amount.',
    remedy: NEW_ID,
  },
  'repayment-exceeds-debt': {
    status: 422,
    title: 'Repayment exceeds debt',
    when: 'The repayment is more than the outstanding debt.',
    remedy: 'Repay at most the outstanding amount.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
