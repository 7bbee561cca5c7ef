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
const refunded: PaymentEvent = { type: 'PaymentRefunded', data: { ...details, reason: 'damaged' } };
const voidedInAdvance: PaymentEvent = { type: 'PaymentVoidedInAdvance', data: { orderId: 'o1' } };

const request = (other: object = {}) =>
  ({ type: 'RequestPayment', data: { ...details, ...other } }) as PaymentCommand;
const capture: PaymentCommand = { type: 'CapturePayment', data: {} };
const voidIt: PaymentCommand = { type: 'VoidPayment', data: { orderId: 'o1' } };
const refund: PaymentCommand = { type: 'RefundPayment', data: { reason: 'damaged' } };
const fail: PaymentCommand = { type: 'FailPayment', data: { reason: 'insufficient-funds' } };

/** The history of a payment in each state. A command then yields events, or a rejection with this reason. */
const histories = {
  unrequested: [],
  voidedInAdvance: [voidedInAdvance],
  authorized: [authorized],
  captured: [authorized, captured],
  voided: [authorized, voided],
  failed: [authorized, failed],
  refunded: [authorized, captured, refunded],
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
  });
});

describe('refunding a payment', () => {
  meets(refund, {
    unrequested: 'payment-not-found',
    voidedInAdvance: 'payment-voided',
    authorized: 'payment-not-captured',
    captured: [refunded],
    voided: 'payment-not-captured',
    failed: 'payment-not-captured',
    refunded: [],
  });
  it('does not need a reason', () =>
    given(authorized, captured)
      .when({ type: 'RefundPayment', data: {} })
      .then({ type: 'PaymentRefunded', data: details }));
  it('happens once, even if repeated with another reason', () =>
    given(authorized, captured, refunded)
      .when({ type: 'RefundPayment', data: { reason: 'late' } })
      .thenNothing());
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
  });
});
