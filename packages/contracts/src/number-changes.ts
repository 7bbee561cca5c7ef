import { event, sample } from './contract';
import { customerId, operationId, reason } from './fields';

const change = { customerId, changeId: operationId };
const aChange = { customerId: sample.customerId, changeId: sample.operationId };
const why = { ...change, reason };

/** What an owner with a copy of the mobile number says in the chain of events that a choreographed change is. */
export const numberChangeEvents = {
  acknowledged: event('This owner has the new mobile number, and nothing against it.', change, aChange),
  rejected: event(
    'This owner refuses the change of the mobile number: who acknowledged it before gives it up.',
    why,
    {
      ...aChange,
      reason: 'loan-locked',
    },
  ),
  rolledBack: event('This owner gave up a change of the mobile number that was rejected after it.', why, {
    ...aChange,
    reason: 'loan-locked',
  }),
};
