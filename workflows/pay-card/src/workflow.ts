import {
  stepFactory,
  runSagaWithResultUpdate,
  type Step,
  type SagaResult,
  type CompensatableStep,
} from '@bankside/saga';
import type { PayCardActivities } from './activities';
import { FIRST_STEP, type CardPayment } from './payment';

const call = stepFactory<PayCardActivities>();

const withdraw = ({ cardNumber: _card, paymentId, fromAccount, ...rest }: CardPayment): CompensatableStep => {
  const withdrawal = { withdrawalId: paymentId, account: fromAccount };
  return {
    ...call(
      'withdrawForCard',
      FIRST_STEP,
      { ...withdrawal, ...rest },
      `Withdraw from account ${fromAccount}`,
    ),
    compensation: call('cancelWithdrawalForCard', 'cancel-withdrawal', withdrawal, 'Return the money'),
  };
};

const credit = ({ fromAccount: _account, ...payment }: CardPayment): Step =>
  call(
    'creditCard',
    'credit',
    payment,
    `Pay ${payment.amountCents} cents ${payment.currency} to card ${payment.cardNumber}`,
  );

/** From savings to a credit card. Once the card is asked, only its refusal brings the money back. */
export async function payCard(payment: CardPayment): Promise<SagaResult> {
  return runSagaWithResultUpdate({
    name: 'pay-card',
    compensatable: [withdraw(payment)],
    pivot: credit(payment),
    retriable: [],
  });
}
