import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { brokenRule, account, type Account, type AccountCommand, type AccountEvent } from './account';

const id = fc.constantFrom('1', '2', '3', '4');
/** Of the transfers of one day. */
const LIMIT_CENTS = 150;
const amountCents = fc.integer({ min: 1, max: 100 });
const nothing = <T extends string>(type: T) => fc.constant({ type, data: {} });

const command: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('OpenAccount' as const),
    data: fc.record({
      accountNumber: fc.constant('1000000017'),
      customerId: fc.constantFrom('ada', 'ada', 'bob'),
      currency: fc.constantFrom('EUR', 'USD'),
    }),
  }),
  fc.record({ type: fc.constant('DepositMoney' as const), data: fc.record({ depositId: id, amountCents }) }),
  fc.record({
    type: fc.constant('WithdrawMoney' as const),
    data: fc.record(
      { withdrawalId: id, amountCents, orderId: id, customerId: fc.constantFrom('ada', 'bob') },
      { requiredKeys: ['withdrawalId', 'amountCents'] },
    ),
  }),
  fc.record({
    type: fc.constant('WithdrawMoney' as const),
    data: fc
      .record({ transferId: id, amountCents, day: fc.constantFrom('2026-01-01', '2026-01-02') })
      .map(({ day, ...sent }) => ({
        ...sent,
        withdrawalId: sent.transferId,
        limit: { day, perDayCents: LIMIT_CENTS },
      })),
  }),
  fc.record({ type: fc.constant('CancelWithdrawal' as const), data: fc.record({ withdrawalId: id }) }),
  fc.record({
    type: fc.constant('CreditRefund' as const),
    data: fc.record({
      refundId: id,
      orderId: id,
      amountCents,
      customerId: fc.constantFrom('ada', 'bob'),
      currency: fc.constant('EUR'),
    }),
  }),
  nothing('FreezeAccount' as const),
  nothing('UnfreezeAccount' as const),
  nothing('CloseAccount' as const),
  fc.record({
    type: fc.constant('CloseAccount' as const),
    data: fc.record({ closureId: fc.constantFrom('l1', 'l2'), payOut: fc.boolean() }),
  }),
  fc.record({
    type: fc.constant('ReopenAccount' as const),
    data: fc.record({ closureId: fc.constantFrom('l1', 'l2') }),
  }),
);

/** Most sequences begin with money on an account, so that what follows does something. */
const filled: readonly AccountCommand[] = [
  { type: 'OpenAccount', data: { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' } },
  { type: 'DepositMoney', data: { depositId: 'first', amountCents: 300 } },
];
const commands = fc.oneof(fc.array(command, { maxLength: 60 }), {
  weight: 4,
  arbitrary: fc.array(command, { maxLength: 60 }).map((rest) => [...filled, ...rest]),
});

const signs: Readonly<Record<string, number>> = {
  MoneyDeposited: 1,
  MoneyWithdrawn: -1,
  WithdrawalCancelled: 1,
  RefundCredited: 1,
};
const sumOf = (events: readonly AccountEvent[]) =>
  events.reduce(
    (sum, { type, data }) => sum + (signs[type] ?? 0) * ('amountCents' in data ? data.amountCents : 0),
    0,
  );

const hasRightBalance = (state: Account, events: readonly AccountEvent[]) => {
  if (state.status === 'unopened') return expect(events).toEqual([]);
  expect(brokenRule(state)).toBeUndefined(); // The audit agrees.
  expect(state.balanceCents).toBeGreaterThanOrEqual(0);
  expect(state.balanceCents).toBe(sumOf(events));
  const last = events.findLast(({ data }) => 'balanceCents' in data)?.data;
  expect(state.balanceCents).toBe(last && 'balanceCents' in last ? last.balanceCents : 0);
};

describe('any sequence of commands to an account', () => {
  it('keeps the balance at 0 or more and equal to the sum of its events', () =>
    fc.assert(fc.property(commands, (all) => void assertDeciderLaws(account, all, hasRightBalance))));

  it('never sends more than the limit of a day', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const sent = new Map<string, number>();
        const events = assertDeciderLaws(account, all, () => undefined);
        for (const { type, data } of events) {
          if (type !== 'MoneyWithdrawn' && type !== 'WithdrawalCancelled') continue;
          const { sentOn, amountCents: cents } = data;
          if (sentOn === undefined) continue;
          sent.set(sentOn, (sent.get(sentOn) ?? 0) + (type === 'MoneyWithdrawn' ? cents : -cents));
          expect(sent.get(sentOn)!).toBeLessThanOrEqual(LIMIT_CENTS);
        }
      }),
    ));

  it('accepts and cancels each withdrawal at most once', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const moves = assertDeciderLaws(account, all, () => undefined).flatMap(({ type, data }) =>
          type === 'MoneyWithdrawn' || type === 'WithdrawalCancelled' ? [`${type} ${data.withdrawalId}`] : [],
        );
        expect(new Set(moves).size).toBe(moves.length);
      }),
    ));
});
