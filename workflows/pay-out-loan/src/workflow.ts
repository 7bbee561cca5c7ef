import type { LoanPayout } from '@bankside/contracts/sagas';
import { runSaga, stepFactory, type SagaResult, type Step } from '@bankside/saga';
import type { payOutLoanActivities } from './activities';

const step = stepFactory<typeof payOutLoanActivities>();

/**
 * Pays out a granted loan to an account. The account decides: it may have been closed or frozen since the loan was granted,
 * and then the loan is cancelled.
 */
export async function payOutLoan(payout: LoanPayout): Promise<SagaResult> {
  const { loanNumber, payOutTo } = payout;
  const cancel = (reason: string): Step =>
    step('cancelLoan', 'cancel-loan', { loanNumber, reason }, `Cancel the loan: ${reason}`);
  return runSaga({
    name: 'pay-out-loan',
    compensatable: [],
    pivot: step('depositLoan', 'deposit', payout, `Deposit the loan on account ${payOutTo}`),
    retriable: [step('confirmPayout', 'confirm-payout', { loanNumber }, 'Open the loan')],
    onRejected: cancel,
    onCancelled: () => cancel('cancelled'),
  });
}
