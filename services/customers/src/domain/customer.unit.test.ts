import { fold } from '@bankside/kernel';
import { specFor } from '@bankside/kernel/testing';
import { customer, type CustomerCommand, type CustomerEvent } from './customer';

// The rules of one customer as history, command, outcome. No clock, no store, no randomness.
const given = specFor(customer);
const customerId = 'ada';
const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '+40712345678' };
const [oldNumber, newNumber] = ['+40712345678', '+40787654321'];

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
const closure = { closureId: 'l1' };
const deactivated: CustomerEvent = { type: 'CustomerDeactivated', data: { customerId, ...closure } };
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
const leaving: CustomerEvent = { type: 'CustomerLeaving', data: { customerId, ...closure } };
const staying: CustomerEvent = { type: 'CustomerStaying', data: { customerId, ...closure } };
const reversedInAdvance: CustomerEvent = {
  type: 'ClosureReversedInAdvance',
  data: { customerId, ...closure },
};
const startClosure: CustomerCommand = { type: 'StartClosure', data: closure };
const reverseClosure: CustomerCommand = { type: 'ReverseClosure', data: closure };
const deactivate: CustomerCommand = { type: 'DeactivateCustomer', data: closure };
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

  it('records the request', () => given(registered).when(request()).then(requested));
  it('claims and releases no number', () =>
    expect(customer.uniques?.([requested], fold(customer, customer.initialState, [registered]))).toEqual({
      claims: [],
      releases: [],
    }));
  it('does nothing when repeated', () => given(registered, requested).when(request()).thenNothing());
  it.each([[changed], [changed, settled], [changed, rolledBack], [rolledBackInAdvance]])(
    'does nothing if the change has already been made or rolled back',
    (...history) =>
      given(registered, ...history)
        .when(request())
        .thenNothing(),
  );
  it('rejects a different number under the same id', () =>
    given(registered, requested)
      .when(request('+40799999999'))
      .thenRejected('mobile-number-change-id-reused'));
  it('rejects an inactive customer', () =>
    given(registered, deactivated).when(request()).thenRejected('customer-not-active'));
  it('provides the number of a change without one', () =>
    given(registered, requested).when(changeAsRequested).then(changed));
  it('is required by a change without a number', () =>
    given(registered).when(changeAsRequested).thenRejected('mobile-number-change-not-found'));
  it('is rejected after a roll-back in advance', () =>
    given(registered, requested, rolledBackInAdvance)
      .when(changeAsRequested)
      .thenRejected('mobile-number-change-rolled-back'));
});

describe('registering', () => {
  it('registers a customer', () => given().when(register()).then(registered));
  it('does nothing when repeated', () => given(registered).when(register()).thenNothing());
  it.each([{ name: 'Ada Byron' }, { email: 'b@example.com' }, { mobileNumber: newNumber }])(
    'rejects a different person under the same id: %j',
    (other) => given(registered).when(register(other)).thenRejected('customer-already-registered'),
  );
  it('rejects a forgotten customer', () =>
    given(registered, forgotten).when(register()).thenRejected('customer-not-active'));
});

describe('renaming', () => {
  it('changes the name', () => given(registered).when(rename).then(renamed));
  it('does nothing when repeated', () => given(registered, renamed).when(rename).thenNothing());
  it('rejects an inactive customer', () =>
    given(registered, deactivated).when(rename).thenRejected('customer-not-active'));
  it('rejects a forgotten customer', () =>
    given(registered, forgotten).when(rename).thenRejected('customer-not-active'));
  it('rejects an unknown customer', () => given().when(rename).thenRejected('customer-not-found'));
});

describe('changing the e-mail address', () => {
  it('changes it', () => given(registered).when(changeEmail).then(emailChanged));
  it('does nothing when repeated', () => given(registered, emailChanged).when(changeEmail).thenNothing());
  it('rejects an inactive customer', () =>
    given(registered, deactivated).when(changeEmail).thenRejected('customer-not-active'));
  it('rejects an unknown customer', () => given().when(changeEmail).thenRejected('customer-not-found'));
});

describe('changing the mobile number', () => {
  it('changes it and keeps the previous one', () => given(registered).when(change()).then(changed));
  it('does nothing when repeated', () => given(registered, changed).when(change()).thenNothing());
  it('does nothing when repeated once settled', () =>
    given(registered, changed, settled).when(change()).thenNothing());
  it('rejects a change while another one is open', () =>
    given(registered, changed).when(change('c2', '+40700000000')).thenRejected('mobile-number-change-open'));
  it('accepts the next change once the last one is settled', () =>
    given(registered, changed, settled)
      .when(change('c2', oldNumber))
      .then({
        type: 'MobileNumberChanged',
        data: { customerId, changeId: 'c2', mobileNumber: oldNumber, previousMobileNumber: newNumber },
      }));
  it('rejects a change whose roll-back arrived first', () =>
    given(registered, rolledBackInAdvance).when(change()).thenRejected('mobile-number-change-rolled-back'));
  it('rejects a change that was rolled back', () =>
    given(registered, changed, rolledBack).when(change()).thenRejected('mobile-number-change-rolled-back'));
  it('rejects an inactive customer', () =>
    given(registered, deactivated).when(change()).thenRejected('customer-not-active'));
  it('rejects an unknown customer', () => given().when(change()).thenRejected('customer-not-found'));
});

describe('rolling a change of the mobile number back', () => {
  it('restores the previous number', () => given(registered, changed).when(rollBack).then(rolledBack));
  it('does nothing when repeated', () => given(registered, changed, rolledBack).when(rollBack).thenNothing());
  it('records a tombstone for an unknown change', () =>
    given(registered).when(rollBack).then(rolledBackInAdvance));
  it('does not affect another open change', () =>
    given(registered, changed)
      .when({ type: 'RollBackMobileNumber', data: { changeId: 'c2' } })
      .then({ type: 'MobileNumberChangeRolledBackInAdvance', data: { customerId, changeId: 'c2' } }));
  it('rejects a settled change', () =>
    given(registered, changed, settled).when(rollBack).thenRejected('mobile-number-change-settled'));
  it('does nothing for an inactive customer', () =>
    given(registered, changed, deactivated).when(rollBack).thenNothing());
  it('rejects an unknown customer', () => given().when(rollBack).thenRejected('customer-not-found'));
});

describe('settling a change of the mobile number', () => {
  it('ends the change', () => given(registered, changed).when(settle).then(settled));
  it('does nothing when repeated', () => given(registered, changed, settled).when(settle).thenNothing());
  it('rejects a change that was rolled back', () =>
    given(registered, changed, rolledBack).when(settle).thenRejected('mobile-number-change-rolled-back'));
  it('rejects an unknown change', () =>
    given(registered).when(settle).thenRejected('mobile-number-change-not-found'));
  it('does nothing for an inactive customer', () =>
    given(registered, changed, deactivated).when(settle).thenNothing());
  it('rejects an unknown customer', () => given().when(settle).thenRejected('customer-not-found'));
});

describe('a closure of a customer', () => {
  const other = { closureId: 'l2' };
  it('is recorded when it is requested, with the reason of a teller who forces it', () => {
    const data = { ...closure, forget: false, statement: 'moves abroad' };
    const requested: CustomerEvent = { type: 'ClosureRequested', data: { customerId, ...data } };
    given(registered).when({ type: 'RequestClosure', data }).then(requested);
  });
  it('marks the customer as leaving', () => given(registered).when(startClosure).then(leaving));
  it('is started once', () => given(registered, leaving).when(startClosure).thenNothing());
  it('is rejected while another one is running', () =>
    given(registered, leaving).when({ type: 'StartClosure', data: other }).thenRejected('customer-leaving'));
  it('is rejected while the mobile number is being changed', () =>
    given(registered, changed).when(startClosure).thenRejected('mobile-number-change-open'));
  it('can be reversed, and then the customer stays', () => {
    given(registered, leaving).when(reverseClosure).then(staying);
    given(registered, leaving, staying).when(rename).then(renamed);
  });
  it('that was reversed is not started again', () =>
    given(registered, leaving, staying).when(startClosure).thenRejected('closure-reversed'));
  it('that is reversed before it arrives is rejected when it does', () => {
    given(registered).when(reverseClosure).then(reversedInAdvance);
    given(registered, reversedInAdvance).when(startClosure).thenRejected('closure-reversed');
  });
  it('is not ended by the reversal of another one', () =>
    given(registered, leaving, { type: 'ClosureReversedInAdvance', data: { customerId, ...other } })
      .when(deactivate)
      .then(deactivated));
  it.each([rename, changeEmail, change()])('rejects $type meanwhile', (command) =>
    given(registered, leaving).when(command).thenRejected('customer-leaving'),
  );
  it.each([startClosure, reverseClosure])('does nothing for a customer who has left: $type', (command) => {
    given(registered, leaving, deactivated).when(command).thenNothing();
    given(registered, leaving, deactivated, forgotten).when(command).thenNothing();
  });
  it('rejects an unknown customer', () => given().when(startClosure).thenRejected('customer-not-found'));
});

describe('deactivating', () => {
  it('deactivates a leaving customer', () => given(registered, leaving).when(deactivate).then(deactivated));
  it.each([
    ['without a closure', []],
    ['after the closure was reversed', [leaving, staying]],
  ])('is rejected %s', (_when, history) =>
    given(registered, ...history)
      .when(deactivate)
      .thenRejected('customer-cannot-leave'),
  );
  it('does nothing when repeated', () => given(registered, deactivated).when(deactivate).thenNothing());
  it('does nothing for a forgotten customer', () =>
    given(registered, forgotten).when(deactivate).thenNothing());
  it('rejects an unknown customer', () => given().when(deactivate).thenRejected('customer-not-found'));
});

describe('forgetting', () => {
  it('rejects a customer who has not left', () => {
    given(registered).when(forget).thenRejected('customer-cannot-leave');
    given(registered, leaving).when(forget).thenRejected('customer-cannot-leave');
  });
  it('forgets an inactive customer', () => given(registered, deactivated).when(forget).then(forgotten));
  it('does nothing when repeated', () => given(registered, forgotten).when(forget).thenNothing());
  it('keeps only the customer id', () =>
    given(registered, changed, forgotten).thenState({ status: 'forgotten', customerId }));
  it('rejects an unknown customer', () => given().when(forget).thenRejected('customer-not-found'));
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
    ['settling releases the old one', both, settled, { claims: [], releases: [oldNumber] }],
    ['a roll-back releases the new one', both, rolledBack, { claims: [], releases: [newNumber] }],
    ['renaming changes nothing', [registered], renamed, { claims: [], releases: [] }],
    ['deactivation releases it', [registered], deactivated, { claims: [], releases: [oldNumber] }],
    [
      'deactivation during a change releases both',
      both,
      deactivated,
      { claims: [], releases: [newNumber, oldNumber] },
    ],
    ['forgetting releases it', [registered], forgotten, { claims: [], releases: [oldNumber] }],
    [
      'forgetting after deactivation changes nothing',
      [registered, deactivated],
      forgotten,
      { claims: [], releases: [] },
    ],
  ] as const)('%s', (_rule, history, event, { claims, releases }) =>
    expect(moves(history, event)).toEqual({ claims: keysOf(claims), releases: keysOf(releases) }),
  );
});

describe('folding a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(renamed).thenState({ status: 'unregistered' })).toThrow('CustomerRenamed'));
});
