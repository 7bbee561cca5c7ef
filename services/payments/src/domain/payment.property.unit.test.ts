import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { payment, type Payment, type PaymentCommand, type PaymentEvent } from './payment';

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
    data: fc.record({ reason }, { requiredKeys: [] }),
  }),
  fc.record({ type: fc.constant('FailPayment' as const), data: fc.record({ reason }) }),
);

/** All complete histories of a payment. Every stream is the beginning of one of them. */
const histories = [
  'PaymentAuthorized PaymentCaptured PaymentRefunded',
  'PaymentAuthorized PaymentVoided',
  'PaymentAuthorized PaymentFailed',
  'PaymentVoidedInAdvance',
];

const followsAHistory = (state: Payment, events: readonly PaymentEvent[]) => {
  const types = events.map(({ type }) => type).join(' ');
  expect(histories.filter((history) => history.startsWith(types))).not.toEqual([]);
  const amounts = new Set(events.flatMap(({ data }) => ('amountCents' in data ? [data.amountCents] : [])));
  expect([...amounts]).toEqual('amountCents' in state ? [state.amountCents] : []);
};

describe('any sequence of commands to a payment', () => {
  it('follows one of the possible histories, with one amount', () =>
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 30 }),
        (commands) => void assertDeciderLaws(payment, commands, followsAHistory),
      ),
    ));
});
