import type { LoanPayout } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type OfLoan = Pick<LoanPayout, 'loanNumber'>;

/** The request of each step. */
export const payOutLoanActivities = {
  depositLoan: ({ payoutId: depositId, payOutTo, ...body }: LoanPayout) => ({
    service: 'accounts',
    path: ['accounts', payOutTo, 'deposits'],
    body: { depositId, ...body },
  }),
  confirmPayout: ({ loanNumber }: OfLoan) => ({
    service: 'loans',
    path: ['loans', loanNumber, 'payout', 'confirmation'],
  }),
  cancelLoan: ({ loanNumber, reason }: OfLoan & Readonly<{ reason: string }>) => ({
    service: 'loans',
    path: ['loans', loanNumber, 'cancellation'],
    body: { reason },
  }),
} satisfies ActivityRequests;
