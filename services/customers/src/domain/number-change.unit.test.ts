import { fold } from '@bankside/kernel';
import { customer, type CustomerEvent } from './customer';
import { progressOf } from './number-change';

const customerId = 'ada';
const [oldNumber, newNumber] = ['+40712345678', '+40787654321'];
const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: oldNumber };
const change = { customerId, changeId: 'n1' };

const registered: CustomerEvent = { type: 'CustomerRegistered', data: person };
const requested: CustomerEvent = {
  type: 'MobileNumberChangeRequested',
  data: { ...change, mobileNumber: newNumber },
};
const changed: CustomerEvent = {
  type: 'MobileNumberChanged',
  data: { ...change, mobileNumber: newNumber, previousMobileNumber: oldNumber },
};
const settled: CustomerEvent = { type: 'MobileNumberChangeSettled', data: change };
const rolledBack = (reason: { reason?: string }): CustomerEvent => ({
  type: 'MobileNumberRolledBack',
  data: { ...change, mobileNumber: oldNumber, previousMobileNumber: newNumber, ...reason },
});
const deactivated: CustomerEvent = { type: 'CustomerDeactivated', data: { customerId, closureId: 'l1' } };
const forgotten: CustomerEvent = { type: 'CustomerForgotten', data: { customerId } };
const gone = { status: 'rolled-back', reason: 'customer-not-active' };

describe('the progress of a change of the mobile number', () => {
  it.each<[string, readonly CustomerEvent[], object | undefined]>([
    ['is undefined for an unknown customer', [], undefined],
    ['is undefined for an unknown change', [registered], undefined],
    ['is requested after the request', [registered, requested], { status: 'requested' }],
    ['is open after the change', [registered, requested, changed], { status: 'open' }],
    ['is settled after the settlement', [registered, changed, settled], { status: 'settled' }],
    [
      'is rolled back with the reason',
      [registered, changed, rolledBack({ reason: 'loan-locked' })],
      { status: 'rolled-back', reason: 'loan-locked' },
    ],
    ['is rolled back without a reason', [registered, changed, rolledBack({})], { status: 'rolled-back' }],
    ['is rolled back if the customer left during the change', [registered, changed, deactivated], gone],
    [
      'stays settled if the customer left later',
      [registered, changed, settled, deactivated],
      { status: 'settled' },
    ],
    ['is rolled back if the customer was forgotten', [registered, changed, settled, forgotten], gone],
  ])('%s', (_what, events, expected) =>
    expect(progressOf(fold(customer, customer.initialState, events), 'n1')).toEqual(expected),
  );
});
