import {
  stepFactory,
  runSagaWithResultUpdate,
  type SagaResult,
  type CompensatableStep,
} from '@bankside/saga';
import type { ChangeMobileNumberActivities } from './activities';
import { FIRST_STEP, type NumberChange } from './change';

const call = stepFactory<ChangeMobileNumberActivities>();

const change = (asked: NumberChange): CompensatableStep => ({
  ...call('changeNumber', FIRST_STEP, asked, 'Change the number'),
  compensation: call('rollBackNumber', 'roll-back', asked, 'Give the number from before back'),
});

const acknowledge = (service: 'accounts' | 'cards', asked: NumberChange): CompensatableStep => ({
  ...call('acknowledgeNumber', service, { ...asked, service }, `${service} know the new number`),
  compensation: call(
    'rollBackAcknowledgement',
    `roll-back-${service}`,
    { ...asked, service },
    `${service} give it up`,
  ),
});

/** From one mobile number to another in all services, or in none: a loan under review refuses it. */
export async function changeMobileNumber(asked: NumberChange): Promise<SagaResult> {
  return runSagaWithResultUpdate({
    name: 'change-mobile-number',
    compensatable: [change(asked), acknowledge('accounts', asked), acknowledge('cards', asked)],
    pivot: call('acceptByLoans', 'loans', asked, 'No loan is under review'),
    retriable: [call('settleNumber', 'settle', asked, 'Free the number from before')],
  });
}
