import type { LoanRepayment } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Money = Pick<LoanRepayment, 'amountCents' | 'currency'>;
type Withdrawal = Readonly<{ withdrawalId: string; account: string }>;

/** The request of each step. All use the id of the repayment, so a repeat finds the effect of the first request. */
export const repayLoanActivities = {
  withdrawForLoan: ({
    account,
    ...body
  }: Withdrawal & Money & Pick<LoanRepayment, 'loanNumber' | 'customerId'>) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals'],
    body,
  }),
  /** Always accepted. Where the account does not exist, no money was withdrawn. */
  cancelWithdrawalForLoan: ({ account, withdrawalId }: Withdrawal) => ({
    service: 'accounts',
    path: ['accounts', account, 'withdrawals', withdrawalId, 'cancellation'],
    ignoreRejections: ['account-not-found'],
  }),
  repayLoanFromAccount: ({ loanNumber, ...body }: LoanRepayment) => ({
    service: 'loans',
    path: ['loans', loanNumber, 'repayments'],
    body,
  }),
} satisfies ActivityRequests;
