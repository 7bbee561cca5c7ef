import { runSaga, stepFactory, type CompensatableStep, type SagaResult } from '@bankside/saga';
import type { GadgetActivities } from './activities';
import type { GadgetInput } from './input';

const step = stepFactory<GadgetActivities>();

const withdraw = ({ gadgetId, account, amountCents, currency }: GadgetInput): CompensatableStep => {
  const withdrawal = { withdrawalId: gadgetId, account };
  return {
    ...step(
      'withdrawForGadget',
      'withdraw',
      { ...withdrawal, amountCents, currency },
      `Withdraw from account ${account}`,
    ),
    compensation: step('cancelWithdrawalForGadget', 'cancel-withdrawal', withdrawal, 'Return the money'),
  };
};

/** A rejected step compensates the steps before it; retriable steps are repeated until they succeed. */
export async function gadget(input: GadgetInput): Promise<SagaResult> {
  return runSaga({ name: 'gadget', compensatable: [withdraw(input)], retriable: [] });
}
