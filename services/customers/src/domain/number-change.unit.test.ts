import { fold } from '@bankside/kernel';
import { customer, type CustomerEvent } from './customer';
import { progressOf } from './number-change';

const customerId = 'ada';
const [oldNumber, newNumber] = ['0712345678', '0787654321'];
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
const deactivated: CustomerEvent = { type: 'CustomerDeactivated', data: { customerId } };
const forgotten: CustomerEvent = { type: 'CustomerForgotten', data: { customerId } };
const gone = { status: 'rolled-back', reason: 'customer-not-active' };

describe('how far a change of the mobile number is', () => {
  it.each<[string, readonly CustomerEvent[], object | undefined]>([
    ['of nobody', [], undefined],
    ['that nobody asked for', [registered], undefined],
    ['that was asked for', [registered, requested], { status: 'requested' }],
    ['that was made', [registered, requested, changed], { status: 'open' }],
    ['that is final', [registered, changed, settled], { status: 'settled' }],
    [
      'that was refused',
      [registered, changed, rolledBack({ reason: 'loan-locked' })],
      { status: 'rolled-back', reason: 'loan-locked' },
    ],
    ['that was undone without a word', [registered, changed, rolledBack({})], { status: 'rolled-back' }],
    ['whose customer left midway', [registered, changed, deactivated], gone],
    ['whose customer left after it', [registered, changed, settled, deactivated], { status: 'settled' }],
    ['whose customer was forgotten', [registered, changed, settled, forgotten], gone],
  ])('%s', (_what, events, expected) =>
    expect(progressOf(fold(customer, customer.initialState, events), 'n1')).toEqual(expected),
  );
});
