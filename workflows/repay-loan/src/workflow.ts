import { majorUnits } from '@bankside/contracts/currencies';
import type { LoanRepayment } from '@bankside/contracts/sagas';
import {
  runSagaWithResultUpdate,
  stepFactory,
  type CompensatableStep,
  type SagaResult,
} from '@bankside/saga';
import type { repayLoanActivities } from './activities';

const step = stepFactory<typeof repayLoanActivities>();

const withdraw = ({ repaymentId, fromAccount, ...rest }: LoanRepayment): CompensatableStep => {
  const withdrawal = { withdrawalId: repaymentId, account: fromAccount };
  return {
    ...step(
      'withdrawForLoan',
      'withdraw',
      { ...withdrawal, ...rest },
      `Withdraw from account ${fromAccount}`,
    ),
    compensation: step('cancelWithdrawalForLoan', 'cancel-withdrawal', withdrawal, 'Return the money'),
  };
};

/** Repays a loan from a savings account. The loan decides: it may reject the repayment, for example beyond the debt. */
export async function repayLoan(repayment: LoanRepayment): Promise<SagaResult> {
  const { loanNumber, amountCents, currency } = repayment;
  return runSagaWithResultUpdate({
    name: 'repay-loan',
    compensatable: [withdraw(repayment)],
    pivot: step(
      'repayLoanFromAccount',
      'repay',
      repayment,
      `Repay ${majorUnits(amountCents, currency)} ${currency} of loan ${loanNumber}`,
    ),
    retriable: [],
  });
}
