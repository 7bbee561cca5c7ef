import { specFor } from '@bankside/kernel/testing';
import { payment, type PaymentCommand, type PaymentEvent, type PaymentRejection } from './payment';

// The rules of one payment as history, command, outcome. No clock, no store, no randomness.
const given = specFor(payment);
const details = {
  orderId: 'o1',
  customerId: 'ada',
  amountCents: 2998,
  currency: 'EUR',
  payWith: { account: '1000000017' },
} as const;

const authorized: PaymentEvent = { type: 'PaymentAuthorized', data: details };
const captured: PaymentEvent = { type: 'PaymentCaptured', data: details };
const voided: PaymentEvent = { type: 'PaymentVoided', data: details };
const failed: PaymentEvent = { type: 'PaymentFailed', data: { ...details, reason: 'insufficient-funds' } };
const refund = (refundId: string, amountCents: number) => ({ ...details, refundId, amountCents });
const refunded = (refundId: string, amountCents: number, refundedCents = amountCents): PaymentEvent => ({
  type: 'PaymentRefunded',
  data: { ...refund(refundId, amountCents), refundedCents },
});
const held: PaymentEvent = { type: 'RefundHeld', data: refund('r1', 2998) };
const paidOut: PaymentEvent = {
  type: 'RefundPaidOut',
  data: { ...refund('r1', 2998), cashDesk: 'main' },
};
const voidedInAdvance: PaymentEvent = { type: 'PaymentVoidedInAdvance', data: { orderId: 'o1' } };

const request = (other: object = {}) =>
  ({ type: 'RequestPayment', data: { ...details, ...other } }) as PaymentCommand;
const capture: PaymentCommand = { type: 'CapturePayment', data: {} };
const voidIt: PaymentCommand = { type: 'VoidPayment', data: { orderId: 'o1' } };
const refundIt = (refundId: string, amountCents: number): PaymentCommand => ({
  type: 'RefundPayment',
  data: { refundId, amountCents },
});
const hold: PaymentCommand = { type: 'HoldRefund', data: { refundId: 'r1' } };
const payOut: PaymentCommand = { type: 'PayOutRefund', data: { refundId: 'r1', cashDesk: 'main' } };
const fail: PaymentCommand = { type: 'FailPayment', data: { reason: 'insufficient-funds' } };

/** The history of a payment in each state. A command then yields events, or a rejection with this reason. */
const histories = {
  unrequested: [],
  voidedInAdvance: [voidedInAdvance],
  authorized: [authorized],
  captured: [authorized, captured],
  voided: [authorized, voided],
  failed: [authorized, failed],
  refunded: [authorized, captured, refunded('r1', 2998)],
  held: [authorized, captured, refunded('r1', 2998), held],
  paidOut: [authorized, captured, refunded('r1', 2998), held, paidOut],
} satisfies Record<string, readonly PaymentEvent[]>;
type Outcomes = Record<keyof typeof histories, readonly PaymentEvent[] | PaymentRejection>;

const meets = (command: PaymentCommand, outcomes: Outcomes) =>
  it.each(Object.entries(outcomes))('decides for a payment that is %s', (state, outcome) => {
    const decided = given(...histories[state as keyof typeof histories]).when(command);
    return typeof outcome === 'string' ? decided.thenRejected(outcome) : decided.then(...outcome);
  });

describe('requesting a payment', () => {
  meets(request(), {
    unrequested: [authorized],
    voidedInAdvance: 'payment-voided',
    authorized: [],
    captured: [],
    voided: 'payment-voided',
    failed: 'payment-failed',
    refunded: [],
    held: [],
    paidOut: [],
  });
  it.each([
    { customerId: 'bob' },
    { amountCents: 2999 },
    { currency: 'USD' },
    { payWith: { account: '1000000025' } },
    { payWith: { card: '1000000017' } },
  ])('rejects a different payment for the same order: %j', (other) =>
    given(authorized).when(request(other)).thenRejected('payment-differs'),
  );
  it('accepts a free order', () =>
    given()
      .when(request({ amountCents: 0 }))
      .then({ type: 'PaymentAuthorized', data: { ...details, amountCents: 0 } }));
});

describe('capturing a payment', () => {
  meets(capture, {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: [captured],
    captured: [],
    voided: 'payment-voided',
    failed: 'payment-failed',
    refunded: [],
    held: [],
    paidOut: [],
  });
});

describe('voiding a payment', () => {
  meets(voidIt, {
    unrequested: [voidedInAdvance],
    voidedInAdvance: [],
    authorized: [voided],
    captured: 'payment-already-captured',
    voided: [],
    failed: [],
    refunded: 'payment-already-captured',
    held: 'payment-already-captured',
    paidOut: 'payment-already-captured',
  });
});

describe('refunding a payment', () => {
  meets(refundIt('r1', 2998), {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: 'payment-not-captured',
    captured: [refunded('r1', 2998)],
    voided: 'payment-not-captured',
    failed: 'payment-not-captured',
    refunded: [],
    held: [],
    paidOut: [],
  });
  const paid = [authorized, captured, refunded('r1', 1000)];
  it('refunds it in parts, up to what was captured', () => {
    given(...paid)
      .when(refundIt('r2', 1998))
      .then(refunded('r2', 1998, 2998));
    given(...paid)
      .when(refundIt('r2', 1999))
      .thenRejected('refund-exceeds-payment');
  });
  it('refunds each part once', () => {
    given(...paid)
      .when(refundIt('r1', 1000))
      .thenNothing();
    given(...paid)
      .when(refundIt('r1', 1))
      .thenRejected('refund-differs');
  });
});

describe('holding a refund', () => {
  meets(hold, {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: 'refund-not-found',
    captured: 'refund-not-found',
    voided: 'refund-not-found',
    failed: 'refund-not-found',
    refunded: [held],
    held: [],
    paidOut: [],
  });
});

describe('paying out a held refund', () => {
  meets(payOut, {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: 'refund-not-found',
    captured: 'refund-not-found',
    voided: 'refund-not-found',
    failed: 'refund-not-found',
    refunded: 'refund-not-held',
    held: [paidOut],
    paidOut: [],
  });
});

describe('folding a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(captured).thenState({ status: 'unrequested' })).toThrow('PaymentCaptured'));
});

describe('failing a payment', () => {
  meets(fail, {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: [failed],
    captured: 'payment-already-captured',
    voided: 'payment-voided',
    failed: [],
    refunded: 'payment-already-captured',
    held: 'payment-already-captured',
    paidOut: 'payment-already-captured',
  });
});
