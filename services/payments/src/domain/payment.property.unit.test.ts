import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { brokenRule, payment, type Payment, type PaymentCommand, type PaymentEvent } from './payment';

const refundId = fc.constantFrom('r1', 'r2', 'r3');
const reason = fc.constantFrom('damaged', 'late');
const command: fc.Arbitrary<PaymentCommand> = fc.oneof(
  fc.record({
    type: fc.constant('RequestPayment' as const),
    data: fc.record({
      orderId: fc.constant('o1'),
      customerId: fc.constant('ada'),
      amountCents: fc.constantFrom(0, 2998),
      currency: fc.constant('EUR'),
      payWith: fc.constantFrom({ account: '1000000017' }, { card: '400000000006' }),
    }),
  }),
  fc.record({ type: fc.constant('CapturePayment' as const), data: fc.constant({}) }),
  fc.record({ type: fc.constant('VoidPayment' as const), data: fc.constant({ orderId: 'o1' }) }),
  fc.record({
    type: fc.constant('RefundPayment' as const),
    data: fc.record({ refundId, amountCents: fc.integer({ min: 1, max: 2998 }) }),
  }),
  fc.record({
    type: fc.constant('HoldRefund' as const),
    data: fc.record({ refundId }),
  }),
  fc.record({
    type: fc.constant('PayOutRefund' as const),
    data: fc.record({ refundId, cashDesk: fc.constantFrom('main', 'north') }),
  }),
  fc.record({ type: fc.constant('FailPayment' as const), data: fc.record({ reason }) }),
);

/** All histories of a payment, without the refunds that may follow a capture. Every stream is the beginning of one. */
const histories = [
  'PaymentAuthorized PaymentCaptured',
  'PaymentAuthorized PaymentVoided',
  'PaymentAuthorized PaymentFailed',
  'PaymentVoidedInAdvance',
];
const isRefund = ({ type }: PaymentEvent): boolean => /Refund/.test(type);

const followsAHistory = (state: Payment, events: readonly PaymentEvent[]) => {
  const types = events.filter((event) => !isRefund(event)).map(({ type }) => type);
  expect(histories.filter((history) => history.startsWith(types.join(' ')))).not.toEqual([]);
  expect(brokenRule(state)).toBeUndefined();
  if (!('refunds' in state)) return;
  const parts = events.flatMap(({ type, data }) => (type === 'PaymentRefunded' ? [data] : []));
  if (parts.length > 0) expect(types).toContain('PaymentCaptured');
  expect(new Set(parts.map((part) => part.refundId)).size).toBe(parts.length);
  const refunded = parts.reduce((sum, { amountCents }) => sum + amountCents, 0);
  expect(refunded).toBeLessThanOrEqual(state.amountCents);
  expect(parts.at(-1)?.refundedCents ?? 0).toBe(refunded);
  expect(state.status === 'refunded').toBe(refunded > 0 && refunded === state.amountCents);
};

describe('any sequence of commands to a payment', () => {
  it('follows one of the possible histories, and refunds each part once and no more than was captured', () =>
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 30 }),
        (commands) => void assertDeciderLaws(payment, commands, followsAHistory),
      ),
    ));
});
