import { callsTo, runAnswering, type SagaResult, type UndoableCall } from '@bankside/saga';
import type { ChangeMobileNumberActivities } from './activities';
import { FIRST_STEP, type NumberChange } from './change';

const call = callsTo<ChangeMobileNumberActivities>();

const change = (asked: NumberChange): UndoableCall => ({
  ...call('changeNumber', FIRST_STEP, asked, 'Change the number'),
  undo: call('rollBackNumber', 'roll-back', asked, 'Give the number from before back'),
});

const acknowledge = (service: 'accounts' | 'cards', asked: NumberChange): UndoableCall => ({
  ...call('acknowledgeNumber', service, { ...asked, service }, `${service} know the new number`),
  undo: call(
    'rollBackAcknowledgement',
    `roll-back-${service}`,
    { ...asked, service },
    `${service} give it up`,
  ),
});

/** From one mobile number to another in all services, or in none: a loan under review refuses it. */
export async function changeMobileNumber(asked: NumberChange): Promise<SagaResult> {
  return runAnswering({
    name: 'change-mobile-number',
    undoable: [change(asked), acknowledge('accounts', asked), acknowledge('cards', asked)],
    pivot: call('acceptByLoans', 'loans', asked, 'No loan is under review'),
    certain: [call('settleNumber', 'settle', asked, 'Free the number from before')],
  });
}
