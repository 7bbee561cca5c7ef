import type { CustomerClosure } from '@bankside/contracts/sagas';
import {
  runSagaWithResultUpdate,
  stepFactory,
  type CompensatableStep,
  type SagaResult,
} from '@bankside/saga';
import type { closeCustomerActivities, Owner } from './activities';

const step = stepFactory<typeof closeCustomerActivities>();

const OWNERS: readonly Owner[] = ['accounts', 'cards', 'loans', 'orders'];

type Ref = Pick<CustomerClosure, 'customerId' | 'closureId'>;

const start = (ref: Ref): CompensatableStep => ({
  ...step('startClosure', 'start', ref, 'Mark the customer as leaving'),
  compensation: step('reverseClosure', 'stay', ref, 'Keep the customer'),
});

const block = (ref: Ref, service: Owner): CompensatableStep => ({
  ...step('blockCustomer', `block-${service}`, { ...ref, service }, `Let nothing new begin in ${service}`),
  compensation: step('unblockCustomer', `unblock-${service}`, { ...ref, service }, `Unblock ${service}`),
});

const close = (ref: Ref, service: Owner, forced: boolean): CompensatableStep => ({
  ...step(
    'closeHoldings',
    `close-${service}`,
    { ...ref, service, forced },
    service === 'orders' ? 'Check that no order is under way' : `Close what the customer has in ${service}`,
  ),
  compensation: step('reopenHoldings', `reopen-${service}`, { ...ref, service }, `Reopen it in ${service}`),
});

/**
 * Closes what a customer has and deactivates the customer, or does nothing. First every owner blocks the customer: what
 * was begun before is seen by the checks that follow, and nothing can begin after them.
 */
export async function closeCustomer({
  customerId,
  closureId,
  forced,
  forget,
}: CustomerClosure): Promise<SagaResult> {
  const ref = { customerId, closureId };
  return runSagaWithResultUpdate({
    name: 'close-customer',
    compensatable: [
      start(ref),
      OWNERS.map((service) => block(ref, service)),
      OWNERS.map((service) => close(ref, service, forced)),
    ],
    pivot: step('deactivateCustomer', 'deactivate', ref, 'Deactivate the customer'),
    retriable: forget ? [step('forgetCustomer', 'forget', ref, 'Erase the personal data')] : [],
  });
}
