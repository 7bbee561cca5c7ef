import { runSaga, stepFactory, type CompensatableStep, type SagaResult, type Step } from '@bankside/saga';
import type { GadgetInput } from '../contract';
import type { gadgetActivities } from './activities';

const step = stepFactory<typeof gadgetActivities>();

const withdraw = ({ gadgetId, fromAccount, amountCents, currency }: GadgetInput): CompensatableStep => {
  const withdrawal = { withdrawalId: gadgetId, account: fromAccount };
  return {
    ...step(
      'withdrawForGadget',
      'withdraw',
      { ...withdrawal, amountCents, currency },
      `Withdraw from account ${fromAccount}`,
    ),
    compensation: step('cancelWithdrawalForGadget', 'cancel-withdrawal', withdrawal, 'Return the money'),
  };
};

const deposit = ({ toAccount, amountCents }: GadgetInput): Step =>
  step('depositForGadget', 'deposit', { account: toAccount, amountCents }, `Deposit to account ${toAccount}`);

/** A rejection by a step up to the pivot compensates the steps before it; retriable steps are repeated until they succeed. */
export async function gadget(input: GadgetInput): Promise<SagaResult> {
  return runSaga({
    name: 'gadget',
    compensatable: [withdraw(input)],
    pivot: deposit(input),
    retriable: [],
  });
}
