import { fold } from '@bankside/kernel';
import { specFor } from '@bankside/kernel/testing';
import { customer, type CustomerCommand, type CustomerEvent } from './customer';

// The rules of one customer as history, command, outcome. No clock, no store, no random data.
const given = specFor(customer);
const customerId = 'ada';
const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '0712345678' };
const [oldNumber, newNumber] = ['0712345678', '0787654321'];

const registered: CustomerEvent = { type: 'CustomerRegistered', data: person };
const renamed: CustomerEvent = { type: 'CustomerRenamed', data: { customerId, name: 'Augusta Ada King' } };
const emailChanged: CustomerEvent = { type: 'EmailChanged', data: { customerId, email: 'king@example.com' } };
const changed: CustomerEvent = {
  type: 'MobileNumberChanged',
  data: { customerId, changeId: 'c1', mobileNumber: newNumber, previousMobileNumber: oldNumber },
};
const rolledBack: CustomerEvent = {
  type: 'MobileNumberRolledBack',
  data: { customerId, changeId: 'c1', mobileNumber: oldNumber, previousMobileNumber: newNumber },
};
const rolledBackInAdvance: CustomerEvent = {
  type: 'MobileNumberChangeRolledBackInAdvance',
  data: { customerId, changeId: 'c1' },
};
const settled: CustomerEvent = { type: 'MobileNumberChangeSettled', data: { customerId, changeId: 'c1' } };
const deactivated: CustomerEvent = { type: 'CustomerDeactivated', data: { customerId } };
const forgotten: CustomerEvent = { type: 'CustomerForgotten', data: { customerId } };

const register = (other: Partial<typeof person> = {}): CustomerCommand => ({
  type: 'RegisterCustomer',
  data: { ...person, ...other },
});
const rename: CustomerCommand = { type: 'RenameCustomer', data: { name: 'Augusta Ada King' } };
const changeEmail: CustomerCommand = { type: 'ChangeEmail', data: { email: 'king@example.com' } };
const change = (changeId = 'c1', mobileNumber = newNumber): CustomerCommand => ({
  type: 'ChangeMobileNumber',
  data: { changeId, mobileNumber },
});
const rollBack: CustomerCommand = { type: 'RollBackMobileNumber', data: { changeId: 'c1' } };
const settle: CustomerCommand = { type: 'SettleMobileNumber', data: { changeId: 'c1' } };
const deactivate: CustomerCommand = { type: 'DeactivateCustomer', data: {} };
const forget: CustomerCommand = { type: 'ForgetCustomer', data: {} };

describe('requesting another mobile number', () => {
  const request = (mobileNumber = newNumber): CustomerCommand => ({
    type: 'RequestMobileNumberChange',
    data: { changeId: 'c1', mobileNumber },
  });
  const requested: CustomerEvent = {
    type: 'MobileNumberChangeRequested',
    data: { customerId, changeId: 'c1', mobileNumber: newNumber },
  };
  const changeAsRequested: CustomerCommand = { type: 'ChangeMobileNumber', data: { changeId: 'c1' } };

  it('records it', () => given(registered).when(request()).then(requested));
  it('claims no number and gives none up', () =>
    expect(customer.uniques?.([requested], fold(customer, customer.initialState, [registered]))).toEqual({
      claims: [],
      releases: [],
    }));
  it('does nothing when repeated', () => given(registered, requested).when(request()).thenNothing());
  it.each([[changed], [changed, settled], [changed, rolledBack], [rolledBackInAdvance]])(
    'does nothing when the change came already',
    (...history) =>
      given(registered, ...history)
        .when(request())
        .thenNothing(),
  );
  it('refuses another number under the id', () =>
    given(registered, requested).when(request('0799999999')).thenRejected('mobile-number-change-id-reused'));
  it('refuses who left', () =>
    given(registered, deactivated).when(request()).thenRejected('customer-not-active'));
  it('is what a change without a number makes true', () =>
    given(registered, requested).when(changeAsRequested).then(changed));
  it('must come before a change without a number', () =>
    given(registered).when(changeAsRequested).thenRejected('mobile-number-change-not-found'));
  it('is rejected after a roll-back in advance', () =>
    given(registered, requested, rolledBackInAdvance)
      .when(changeAsRequested)
      .thenRejected('mobile-number-change-rolled-back'));
});

describe('registering', () => {
  it('makes somebody a customer', () => given().when(register()).then(registered));
  it('does nothing when repeated', () => given(registered).when(register()).thenNothing());
  it.each([{ name: 'Ada Byron' }, { email: 'b@example.com' }, { mobileNumber: newNumber }])(
    'refuses somebody else under the id: %j',
    (other) => given(registered).when(register(other)).thenRejected('customer-already-registered'),
  );
  it('refuses who was forgotten', () =>
    given(registered, forgotten).when(register()).thenRejected('customer-not-active'));
});

describe('renaming', () => {
  it('gives another name', () => given(registered).when(rename).then(renamed));
  it('does nothing when repeated', () => given(registered, renamed).when(rename).thenNothing());
  it('refuses who left', () =>
    given(registered, deactivated).when(rename).thenRejected('customer-not-active'));
  it('refuses who was forgotten', () =>
    given(registered, forgotten).when(rename).thenRejected('customer-not-active'));
  it('refuses who never came', () => given().when(rename).thenRejected('customer-not-found'));
});

describe('changing the e-mail address', () => {
  it('gives another one', () => given(registered).when(changeEmail).then(emailChanged));
  it('does nothing when repeated', () => given(registered, emailChanged).when(changeEmail).thenNothing());
  it('refuses who left', () =>
    given(registered, deactivated).when(changeEmail).thenRejected('customer-not-active'));
  it('refuses who never came', () => given().when(changeEmail).thenRejected('customer-not-found'));
});

describe('changing the mobile number', () => {
  it('gives another one', () => given(registered).when(change()).then(changed));
  it('does nothing when repeated', () => given(registered, changed).when(change()).thenNothing());
  it('does nothing when repeated once settled', () =>
    given(registered, changed, settled).when(change()).thenNothing());
  it('refuses while another change is open', () =>
    given(registered, changed).when(change('c2', '0700000000')).thenRejected('mobile-number-change-open'));
  it('takes the next one once the last is settled', () =>
    given(registered, changed, settled)
      .when(change('c2', oldNumber))
      .then({
        type: 'MobileNumberChanged',
        data: { customerId, changeId: 'c2', mobileNumber: oldNumber, previousMobileNumber: newNumber },
      }));
  it('refuses when its roll-back overtook it', () =>
    given(registered, rolledBackInAdvance).when(change()).thenRejected('mobile-number-change-rolled-back'));
  it('refuses once it was rolled back', () =>
    given(registered, changed, rolledBack).when(change()).thenRejected('mobile-number-change-rolled-back'));
  it('refuses who left', () =>
    given(registered, deactivated).when(change()).thenRejected('customer-not-active'));
  it('refuses who never came', () => given().when(change()).thenRejected('customer-not-found'));
});

describe('rolling a change of the mobile number back', () => {
  it('gives the number from before it', () => given(registered, changed).when(rollBack).then(rolledBack));
  it('does nothing when repeated', () => given(registered, changed, rolledBack).when(rollBack).thenNothing());
  it('is recorded when the change never came', () =>
    given(registered).when(rollBack).then(rolledBackInAdvance));
  it('leaves another open change alone', () =>
    given(registered, changed)
      .when({ type: 'RollBackMobileNumber', data: { changeId: 'c2' } })
      .then({ type: 'MobileNumberChangeRolledBackInAdvance', data: { customerId, changeId: 'c2' } }));
  it('refuses what was settled', () =>
    given(registered, changed, settled).when(rollBack).thenRejected('mobile-number-change-settled'));
  it('has nothing to do for who left', () =>
    given(registered, changed, deactivated).when(rollBack).thenNothing());
  it('refuses who never came', () => given().when(rollBack).thenRejected('customer-not-found'));
});

describe('settling a change of the mobile number', () => {
  it('makes it final', () => given(registered, changed).when(settle).then(settled));
  it('does nothing when repeated', () => given(registered, changed, settled).when(settle).thenNothing());
  it('refuses what was rolled back', () =>
    given(registered, changed, rolledBack).when(settle).thenRejected('mobile-number-change-rolled-back'));
  it('refuses what never came', () =>
    given(registered).when(settle).thenRejected('mobile-number-change-not-found'));
  it('has nothing to do for who left', () =>
    given(registered, changed, deactivated).when(settle).thenNothing());
  it('refuses who never came', () => given().when(settle).thenRejected('customer-not-found'));
});

describe('deactivating', () => {
  it('ends an active customer', () => given(registered).when(deactivate).then(deactivated));
  it('does nothing when repeated', () => given(registered, deactivated).when(deactivate).thenNothing());
  it('does nothing to who was forgotten', () => given(registered, forgotten).when(deactivate).thenNothing());
  it('refuses who never came', () => given().when(deactivate).thenRejected('customer-not-found'));
});

describe('forgetting', () => {
  it('ends an active customer', () => given(registered).when(forget).then(forgotten));
  it('works on who left', () => given(registered, deactivated).when(forget).then(forgotten));
  it('does nothing when repeated', () => given(registered, forgotten).when(forget).thenNothing());
  it('leaves nothing of the person', () =>
    given(registered, changed, forgotten).thenState({ status: 'forgotten', customerId }));
  it('refuses who never came', () => given().when(forget).thenRejected('customer-not-found'));
});

describe('the mobile numbers that a customer holds', () => {
  const keysOf = (numbers: readonly string[]) => numbers.map((value) => ({ index: 'mobile', value }));
  const moves = (history: readonly CustomerEvent[], event: CustomerEvent) =>
    customer.uniques?.([event], fold(customer, customer.initialState, history));
  const both = [registered, changed];

  it.each([
    ['registering claims one', [], registered, { claims: [oldNumber], releases: [] }],
    [
      'a change claims the new one and keeps the old',
      [registered],
      changed,
      { claims: [newNumber], releases: [] },
    ],
    ['settling gives the old one free', both, settled, { claims: [], releases: [oldNumber] }],
    ['a roll-back gives the new one free', both, rolledBack, { claims: [], releases: [newNumber] }],
    ['renaming moves none', [registered], renamed, { claims: [], releases: [] }],
    ['leaving gives it free', [registered], deactivated, { claims: [], releases: [oldNumber] }],
    [
      'leaving during a change gives both free',
      both,
      deactivated,
      { claims: [], releases: [newNumber, oldNumber] },
    ],
    ['being forgotten gives it free', [registered], forgotten, { claims: [], releases: [oldNumber] }],
    [
      'being forgotten after leaving moves none',
      [registered, deactivated],
      forgotten,
      { claims: [], releases: [] },
    ],
  ] as const)('%s', (_rule, history, event, { claims, releases }) =>
    expect(moves(history, event)).toEqual({ claims: keysOf(claims), releases: keysOf(releases) }),
  );
});

describe('a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(renamed).thenState({ status: 'unregistered' })).toThrow('CustomerRenamed'));
});
