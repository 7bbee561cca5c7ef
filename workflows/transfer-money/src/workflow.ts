import { majorUnits } from '@bankside/contracts/currencies';
import type { Transfer } from '@bankside/contracts/sagas';
import { runSagaWithResultUpdate, stepFactory, type SagaResult, type Step } from '@bankside/saga';
import type { transferMoneyActivities } from './activities';

const step = stepFactory<typeof transferMoneyActivities>();

/**
 * Moves money from one account to another. The deposit is the pivot: the other account decides, since it may have been
 * closed or frozen meanwhile, and then the money returns.
 */
export async function transferMoney(transfer: Transfer): Promise<SagaResult> {
  const { transferId, customerId, fromAccount, toAccount, amountCents, currency } = transfer;
  const withdrawal = { account: fromAccount, withdrawalId: transferId };
  const money = { transferId, amountCents, currency };
  const reject = (reason: string): Step =>
    step('rejectTransfer', 'reject-transfer', { transferId, reason }, `Reject the transfer: ${reason}`);
  return runSagaWithResultUpdate({
    name: 'transfer-money',
    compensatable: [
      {
        ...step(
          'withdrawForTransfer',
          'withdraw',
          { ...withdrawal, ...money, counterparty: toAccount, customerId },
          `Withdraw ${majorUnits(amountCents, currency)} ${currency} from account ${fromAccount}`,
        ),
        compensation: step(
          'cancelWithdrawalForTransfer',
          'cancel-withdrawal',
          withdrawal,
          'Return the money',
        ),
      },
    ],
    pivot: step(
      'depositForTransfer',
      'deposit',
      { ...money, account: toAccount, depositId: transferId, counterparty: fromAccount },
      `Deposit on account ${toAccount}`,
    ),
    retriable: [step('completeTransfer', 'complete-transfer', { transferId }, 'Complete the transfer')],
    onRejected: reject,
    onCancelled: () => reject('cancelled'),
  });
}
