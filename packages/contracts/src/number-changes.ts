import { event, sample } from './contract';
import { customerId, operationId, reason } from './fields';

const change = { customerId, changeId: operationId };
const aChange = { customerId: sample.customerId, changeId: sample.operationId };
const why = { ...change, reason };

/** The events by which an owner with a replica of the mobile number takes part in a choreographed change. */
export const numberChangeEvents = {
  acknowledged: event('This owner accepts the new mobile number.', change, aChange),
  rejected: event(
    'This owner rejects the change of the mobile number; owners that acknowledged it roll it back.',
    why,
    {
      ...aChange,
      reason: 'loan-locked',
    },
  ),
  rolledBack: event(
    'This owner rolled back a change of the mobile number that a later owner rejected.',
    why,
    {
      ...aChange,
      reason: 'loan-locked',
    },
  ),
};
