import type { PlacedOrder } from '@bankside/contracts/sagas';
import { always, fail, rejectWith, type SagaHarness, type SagaRun } from '@bankside/saga/testing';

/** An order whose withdrawal is rejected and whose payment cannot be voided, until an operator aborts it. */
export const abortedOrder = async (harness: SagaHarness<PlacedOrder>): Promise<SagaRun> => {
  harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
  harness.fakes.next('void', ...always(fail(503)));
  const order = await harness.start();
  await order.untilRequested('void', 2);
  await order.decide('abort', 'void');
  await order.result().catch(() => undefined);
  return order;
};
