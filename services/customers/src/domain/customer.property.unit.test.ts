import { fold } from '@bankside/kernel';
import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { customer, type Customer, type CustomerCommand, type CustomerEvent } from './customer';

const mobileNumber = fc.constantFrom('+40700000001', '+40700000002', '+40700000003');
const name = fc.constantFrom('Ada Lovelace', 'Augusta Ada King');
const email = fc.constantFrom('ada@example.com', 'king@example.com');
const changeId = fc.constantFrom('1', '2', '3');
const customerId = fc.constant('ada');

const command: fc.Arbitrary<CustomerCommand> = fc.oneof(
  fc.record({
    type: fc.constant('RegisterCustomer' as const),
    data: fc.record({ customerId, name, email, mobileNumber }),
  }),
  fc.record({ type: fc.constant('RenameCustomer' as const), data: fc.record({ name }) }),
  fc.record({ type: fc.constant('ChangeEmail' as const), data: fc.record({ email }) }),
  fc.record({
    type: fc.constant('RequestMobileNumberChange' as const),
    data: fc.record({ changeId, mobileNumber }),
  }),
  fc.record({ type: fc.constant('ChangeMobileNumber' as const), data: fc.record({ changeId }) }),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('ChangeMobileNumber' as const),
      data: fc.record({ changeId, mobileNumber }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('RollBackMobileNumber' as const, 'SettleMobileNumber' as const),
      data: fc.record({ changeId }),
    }),
  },
  fc.record({
    type: fc.constantFrom('StartClosure' as const, 'ReverseClosure' as const, 'DeactivateCustomer' as const),
    data: fc.record({ closureId: fc.constantFrom('l1', 'l2') }),
  }),
  fc.record({ type: fc.constant('ForgetCustomer' as const), data: fc.constant({}) }),
);
const commands = fc
  .tuple(command, fc.array(command, { maxLength: 40 }))
  .map(([first, rest]): readonly CustomerCommand[] => [first, ...rest]);

/** What the unique index holds after each event, moved as the event store moves it. */
const indexAfter = (events: readonly CustomerEvent[]): ReadonlySet<string> => {
  const held = new Set<string>();
  events.forEach((event, index) => {
    const before = fold(customer, customer.initialState, events.slice(0, index));
    const { claims = [], releases = [] } = customer.uniques?.([event], before) ?? {};
    for (const { value } of releases) expect(held.delete(value)).toBe(true);
    for (const { value } of claims) {
      expect(held).not.toContain(value); // The store rejects a claim of a held number, even by its holder.
      held.add(value);
    }
  });
  return held;
};

const holdsItsNumbers = (state: Customer, events: readonly CustomerEvent[]) => {
  const numbers =
    state.status === 'active'
      ? [state.mobileNumber, state.open?.previousMobileNumber ?? state.mobileNumber]
      : [];
  expect(indexAfter(events)).toEqual(new Set(numbers));
};

const ENDS: ReadonlySet<string> = new Set([
  'MobileNumberChangeRolledBackInAdvance',
  'MobileNumberChangeSettled',
  'MobileNumberRolledBack',
]);

describe('any sequence of commands to a customer', () => {
  it('claims the current number and, during a change, the previous one', () =>
    fc.assert(fc.property(commands, (all) => void assertDeciderLaws(customer, all, holdsItsNumbers))));

  it('settles or rolls back each change at most once', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const ends = assertDeciderLaws(customer, all, () => undefined).flatMap(({ type, data }) =>
          ENDS.has(type) && 'changeId' in data ? [data.changeId] : [],
        );
        expect(new Set(ends).size).toBe(ends.length);
      }),
    ));

  it('starts one closure at a time, and deactivates only a customer whose closure is running', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const allowed: Readonly<Record<string, RegExp>> = {
          CustomerLeaving: /^$/,
          CustomerStaying: /^.+$/,
          CustomerDeactivated: /^.+$/,
        };
        let leaving = '';
        for (const { type, data } of assertDeciderLaws(customer, all, () => undefined)) {
          expect(leaving).toMatch(allowed[type] ?? /^.*$/);
          if (type === 'CustomerLeaving') leaving = data.closureId;
          if (type === 'CustomerStaying') leaving = '';
        }
      }),
    ));
});
