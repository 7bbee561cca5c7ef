import { majorUnits } from '@bankside/contracts/currencies';
import type { CardPayment } from '@bankside/contracts/sagas';
import {
  runSagaWithResultUpdate,
  stepFactory,
  type CompensatableStep,
  type SagaResult,
  type Step,
} from '@bankside/saga';
import type { payCardActivities } from './activities';

const step = stepFactory<typeof payCardActivities>();

const withdraw = ({ paymentId, fromAccount, ...rest }: CardPayment): CompensatableStep => {
  const withdrawal = { withdrawalId: paymentId, account: fromAccount };
  return {
    ...step(
      'withdrawForCard',
      'withdraw',
      { ...withdrawal, ...rest },
      `Withdraw from account ${fromAccount}`,
    ),
    compensation: step('cancelWithdrawalForCard', 'cancel-withdrawal', withdrawal, 'Return the money'),
  };
};

const credit = ({ fromAccount: _account, ...payment }: CardPayment): Step =>
  step(
    'creditCard',
    'credit',
    payment,
    `Pay ${majorUnits(payment.amountCents, payment.currency)} ${payment.currency} to card ${payment.cardNumber}`,
  );

/** Pays a credit card from a savings account. The card decides: it may reject the payment, for example beyond the debt. */
export async function payCard(payment: CardPayment): Promise<SagaResult> {
  return runSagaWithResultUpdate({
    name: 'pay-card',
    compensatable: [withdraw(payment)],
    pivot: credit(payment),
    retriable: [],
  });
}
