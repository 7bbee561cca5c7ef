import type { NumberChange } from '@bankside/contracts/sagas';
import {
  runSagaWithResultUpdate,
  stepFactory,
  type CompensatableStep,
  type SagaResult,
} from '@bankside/saga';
import type { changeMobileNumberActivities } from './activities';

const step = stepFactory<typeof changeMobileNumberActivities>();

const change = (request: NumberChange): CompensatableStep => ({
  ...step('changeNumber', 'change', request, 'Change the number'),
  compensation: step('rollBackNumber', 'roll-back', request, 'Restore the old number'),
});

const acknowledge = (service: 'accounts' | 'cards', request: NumberChange): CompensatableStep => ({
  ...step('acknowledgeNumber', service, { ...request, service }, `Acknowledge the new number in ${service}`),
  compensation: step(
    'rollBackAcknowledgement',
    `roll-back-${service}`,
    { ...request, service },
    `Withdraw the acknowledgement of ${service}`,
  ),
});

/** Changes a mobile number in all services or in none. Loans decides: it rejects the change during a loan review. */
export async function changeMobileNumber(request: NumberChange): Promise<SagaResult> {
  return runSagaWithResultUpdate({
    name: 'change-mobile-number',
    compensatable: [change(request), acknowledge('accounts', request), acknowledge('cards', request)],
    pivot: step('acceptByLoans', 'loans', request, 'Check that no loan is under review'),
    retriable: [step('settleNumber', 'settle', request, 'Release the old number')],
  });
}
