import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { brokenRule, card, type Card, type CardCommand, type CardEvent } from './card';

const id = fc.constantFrom('1', '2', '3', '4');
const amountCents = fc.integer({ min: 1, max: 100 });

const command: fc.Arbitrary<CardCommand> = fc.oneof(
  fc.record({
    type: fc.constant('IssueCard' as const),
    data: fc.record({
      cardNumber: fc.constant('400000000006'),
      customerId: fc.constantFrom('ada', 'ada', 'bob'),
      currency: fc.constant('EUR'),
      limitCents: fc.constantFrom(100, 150),
    }),
  }),
  fc.record({
    type: fc.constant('ChargeCard' as const),
    data: fc.record(
      { chargeId: id, amountCents, orderId: id, customerId: fc.constantFrom('ada', 'bob') },
      { requiredKeys: ['chargeId', 'amountCents'] },
    ),
  }),
  fc.record({ type: fc.constant('CancelCharge' as const), data: fc.record({ chargeId: id }) }),
  fc.record({ type: fc.constant('PayCard' as const), data: fc.record({ paymentId: id, amountCents }) }),
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
  fc.record({ type: fc.constant('BlockCard' as const), data: fc.constant({}) }),
);
/** Most sequences begin with a card, so that what follows does something. */
const issue: CardCommand = {
  type: 'IssueCard',
  data: { cardNumber: '400000000006', customerId: 'ada', currency: 'EUR', limitCents: 150 },
};
const commands = fc.oneof(fc.array(command, { maxLength: 60 }), {
  weight: 4,
  arbitrary: fc.array(command, { maxLength: 60 }).map((rest) => [issue, ...rest]),
});

const signs: Readonly<Record<string, number>> = {
  CardCharged: 1,
  ChargeCancelled: -1,
  CardPaid: -1,
  RefundCredited: -1,
};
const sumOf = (events: readonly CardEvent[]) =>
  events.reduce(
    (sum, { type, data }) => sum + (signs[type] ?? 0) * ('amountCents' in data ? data.amountCents : 0),
    0,
  );

const addsUp = (state: Card, events: readonly CardEvent[]) => {
  if (state.status === 'unissued') return expect(events).toEqual([]);
  expect(brokenRule(state)).toBeUndefined(); // The audit agrees.
  expect(state.usedCents).toBe(sumOf(events));
  expect(state.usedCents).toBeLessThanOrEqual(state.limitCents);
  for (const { data } of events)
    if ('usedCents' in data) expect(data.usedCents + data.availableCents).toBe(state.limitCents);
};

describe('any sequence of commands to a card', () => {
  it('keeps used + available = limit, and used equal to the sum of its events', () =>
    fc.assert(fc.property(commands, (all) => void assertDeciderLaws(card, all, addsUp))));

  it('makes each charge, cancellation and payment once at most', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const moves = assertDeciderLaws(card, all, () => undefined).flatMap(({ type, data }) => {
          if (type === 'CardPaid') return [`${type} ${data.paymentId}`];
          return type === 'CardCharged' || type === 'ChargeCancelled' ? [`${type} ${data.chargeId}`] : [];
        });
        expect(new Set(moves).size).toBe(moves.length);
      }),
    ));
});
