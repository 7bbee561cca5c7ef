import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { brokenRule, loan, type Loan, type LoanCommand, type LoanEvent } from './loan';

const command: fc.Arbitrary<LoanCommand> = fc.oneof(
  fc.record({
    type: fc.constant('GrantLoan' as const),
    data: fc.record({
      loanNumber: fc.constant('2000000019'),
      customerId: fc.constantFrom('ada', 'ada', 'bob'),
      currency: fc.constant('EUR'),
      totalCents: fc.constantFrom(20, 30),
    }),
  }),
  fc.record({
    type: fc.constant('GrantLoan' as const),
    data: fc.constant({
      loanNumber: '2000000019',
      customerId: 'ada',
      currency: 'EUR',
      totalCents: 20,
      payOutTo: '1000000017',
    }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('RepayLoan' as const),
      data: fc.record({
        repaymentId: fc.constantFrom('1', '2', '3', '4', '5'),
        amountCents: fc.integer({ min: 1, max: 12 }),
      }),
    }),
  },
  fc.record({
    type: fc.constant('AcceptNumberChange' as const),
    data: fc.record({ changeId: fc.constantFrom('1', '2') }),
  }),
  fc.record({ type: fc.constant('ConfirmPayout' as const), data: fc.constant({}) }),
  fc.record({ type: fc.constant('CancelLoan' as const), data: fc.constant({ reason: 'account-not-open' }) }),
  fc.record({
    type: fc.constantFrom('LockLoan' as const, 'UnlockLoan' as const, 'CloseLoan' as const),
    data: fc.constant({}),
  }),
);

const addsUp = (state: Loan, events: readonly LoanEvent[]) => {
  if (state.status === 'ungranted') return expect(events).toEqual([]);
  expect(brokenRule(state)).toBeUndefined(); // The audit agrees.
  const repayments = events.flatMap(({ type, data }) => (type === 'LoanRepaid' ? [data] : []));
  expect(state.paidCents).toBe(repayments.reduce((sum, { amountCents }) => sum + amountCents, 0));
  expect(new Set(repayments.map(({ repaymentId }) => repaymentId)).size).toBe(repayments.length);
  expect(state.paidCents).toBeLessThanOrEqual(state.totalCents);
  for (const data of repayments) expect(data.paidCents + data.outstandingCents).toBe(state.totalCents);
  if (state.status === 'cancelled') expect({ ...state, totalCents: 0 }).toEqual(state);
  if (state.status === 'closed') expect(state.paidCents).toBe(state.totalCents);
};

describe('any sequence of commands to a loan', () => {
  it('keeps paid + outstanding = total, and closes it only when all is paid', () =>
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 60 }),
        (commands) => void assertDeciderLaws(loan, commands, addsUp),
      ),
    ));
});
