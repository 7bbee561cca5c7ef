import { assertNever, reject, type Aggregate, type DataOf, type Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry the whole payment, because the
// relay maps an event without its state.
type PayWith = Readonly<{ account: string } | { card: string }>;
type Details = Readonly<{
  orderId: string;
  customerId: string;
  amountCents: number;
  currency: string;
  payWith: PayWith;
}>;

type RefundRef = Readonly<{ refundId: string }>;

export type PaymentEvent =
  | Readonly<{ type: 'PaymentAuthorized'; data: Details }>
  | Readonly<{ type: 'PaymentCaptured' | 'PaymentVoided'; data: Details }>
  | Readonly<{ type: 'PaymentFailed'; data: Details & Readonly<{ reason: string }> }>
  /** A part of the captured payment: `amountCents` is the part, `refundedCents` the sum of all parts. */
  | Readonly<{ type: 'PaymentRefunded'; data: Details & RefundRef & Readonly<{ refundedCents: number }> }>
  /** No account or card could take the money, until staff has paid it out in cash. */
  | Readonly<{ type: 'RefundHeld'; data: Details & RefundRef }>
  | Readonly<{ type: 'RefundPaidOut'; data: Details & RefundRef & Readonly<{ cashDesk: string }> }>
  /** Voided before it was requested: the request is rejected when it arrives. */
  | Readonly<{ type: 'PaymentVoidedInAdvance'; data: Readonly<{ orderId: string }> }>;

export type PaymentCommand =
  /** Authorized at once, since the account or card moves the money. */
  | Readonly<{ type: 'RequestPayment'; data: Details }>
  | Readonly<{ type: 'CapturePayment'; data: Empty }>
  | Readonly<{ type: 'VoidPayment'; data: Readonly<{ orderId: string }> }>
  | Readonly<{ type: 'RefundPayment'; data: RefundRef & Readonly<{ amountCents: number }> }>
  | Readonly<{ type: 'HoldRefund'; data: RefundRef }>
  | Readonly<{ type: 'PayOutRefund'; data: RefundRef & Readonly<{ cashDesk: string }> }>
  | Readonly<{ type: 'FailPayment'; data: Readonly<{ reason: string }> }>;

export type PaymentRejection =
  | 'payment-not-found'
  | 'payment-differs'
  | 'payment-voided'
  | 'payment-failed'
  | 'payment-not-captured'
  | 'payment-already-captured'
  | 'refund-exceeds-payment'
  | 'refund-differs'
  | 'refund-not-found'
  | 'refund-not-held';

/** `refunded`: an account or card takes the money. */
type Refund = RefundRef & Readonly<{ amountCents: number; status: 'refunded' | 'held' | 'paid-out' }>;
export type Requested = Details &
  Readonly<{
    /** `refunded`: in full. */
    status: 'authorized' | 'captured' | 'voided' | 'failed' | 'refunded';
    reason?: string;
    /** At most one for each return of the order, which `orders` bounds. */
    refunds: readonly Refund[];
  }>;
export type Payment =
  Readonly<{ status: 'unrequested' }> | Readonly<{ status: 'voided-in-advance' }> | Requested;

export type PaymentTypes = Readonly<{
  state: Payment;
  command: PaymentCommand;
  event: PaymentEvent;
  rejection: PaymentRejection;
}>;

const decide = (command: PaymentCommand, payment: Payment) => {
  if (command.type === 'RequestPayment') return request(command.data, payment);
  if (command.type === 'VoidPayment') return voidIt(command.data, payment);
  if (payment.status === 'unrequested') return reject('payment-not-found');
  if (payment.status === 'voided-in-advance') return reject('payment-voided');
  switch (command.type) {
    case 'CapturePayment':
      return capture(payment);
    case 'RefundPayment':
      return refund(command.data, payment);
    case 'HoldRefund':
      return hold(command.data, payment);
    case 'PayOutRefund':
      return payOut(command.data, payment);
    case 'FailPayment':
      return fail(command.data, payment);
    default:
      return assertNever(command);
  }
};

const detailsOf = ({ orderId, customerId, amountCents, currency, payWith }: Details): Details => ({
  orderId,
  customerId,
  amountCents,
  currency,
  payWith,
});

const same = (one: Details, other: Details): boolean =>
  one.customerId === other.customerId &&
  one.amountCents === other.amountCents &&
  one.currency === other.currency &&
  sourceOf(one.payWith) === sourceOf(other.payWith);

const sourceOf = (payWith: PayWith): string =>
  'account' in payWith ? `account ${payWith.account}` : `card ${payWith.card}`;

const request = (details: Details, payment: Payment) => {
  if (payment.status === 'unrequested')
    return [{ type: 'PaymentAuthorized' as const, data: detailsOf(details) }];
  if (payment.status === 'voided-in-advance') return reject('payment-voided'); // The void arrived first.
  if (!same(details, payment)) return reject('payment-differs');
  if (payment.status === 'voided') return reject('payment-voided');
  return payment.status === 'failed' ? reject('payment-failed') : [];
};

/** Rejected only after the capture. Voiding an unknown payment records a tombstone that rejects its request. */
const voidIt = ({ orderId }: Readonly<{ orderId: string }>, payment: Payment) => {
  if (payment.status === 'unrequested')
    return [{ type: 'PaymentVoidedInAdvance' as const, data: { orderId } }];
  if (payment.status === 'voided-in-advance') return [];
  switch (payment.status) {
    case 'authorized':
      return [{ type: 'PaymentVoided' as const, data: detailsOf(payment) }];
    case 'voided':
    case 'failed':
      return [];
    case 'captured':
    case 'refunded':
      return reject('payment-already-captured');
    default:
      return assertNever(payment);
  }
};

const capture = (payment: Requested) => {
  switch (payment.status) {
    case 'authorized':
      return [{ type: 'PaymentCaptured' as const, data: detailsOf(payment) }];
    case 'captured':
    case 'refunded':
      return [];
    case 'voided':
      return reject('payment-voided');
    case 'failed':
      return reject('payment-failed');
    default:
      return assertNever(payment.status);
  }
};

const refundedCentsOf = ({ refunds }: Requested): number =>
  refunds.reduce((sum, { amountCents }) => sum + amountCents, 0);
const refundOf = ({ refunds }: Requested, refundId: string): Refund | undefined =>
  refunds.find((one) => one.refundId === refundId);

const refund = ({ refundId, amountCents }: DataOf<PaymentCommand, 'RefundPayment'>, payment: Requested) => {
  const earlier = refundOf(payment, refundId);
  if (earlier) return earlier.amountCents === amountCents ? [] : reject('refund-differs');
  if (payment.status !== 'captured' && payment.status !== 'refunded') return reject('payment-not-captured');
  const refundedCents = refundedCentsOf(payment) + amountCents;
  if (refundedCents > payment.amountCents) return reject('refund-exceeds-payment');
  const data = { ...detailsOf(payment), refundId, amountCents, refundedCents };
  return [{ type: 'PaymentRefunded' as const, data }];
};

const hold = ({ refundId }: RefundRef, payment: Requested) => {
  const found = refundOf(payment, refundId);
  if (found === undefined) return reject('refund-not-found');
  if (found.status !== 'refunded') return [];
  const data = { ...detailsOf(payment), refundId, amountCents: found.amountCents };
  return [{ type: 'RefundHeld' as const, data }];
};

const payOut = ({ refundId, cashDesk }: DataOf<PaymentCommand, 'PayOutRefund'>, payment: Requested) => {
  const found = refundOf(payment, refundId);
  if (found === undefined) return reject('refund-not-found');
  if (found.status === 'paid-out') return [];
  if (found.status !== 'held') return reject('refund-not-held');
  const data = { ...detailsOf(payment), refundId, amountCents: found.amountCents, cashDesk };
  return [{ type: 'RefundPaidOut' as const, data }];
};

const fail = ({ reason }: Readonly<{ reason: string }>, payment: Requested) => {
  switch (payment.status) {
    case 'authorized':
      return [{ type: 'PaymentFailed' as const, data: { ...detailsOf(payment), reason } }];
    case 'failed':
      return [];
    case 'voided':
      return reject('payment-voided');
    case 'captured':
    case 'refunded':
      return reject('payment-already-captured');
    default:
      return assertNever(payment.status);
  }
};

const withRefund = (payment: Requested, refundId: string, status: Refund['status']): Requested => ({
  ...payment,
  refunds: payment.refunds.map((one) => (one.refundId === refundId ? { ...one, status } : one)),
});

type RefundEvent = Extract<
  PaymentEvent,
  Readonly<{ type: 'PaymentRefunded' | 'RefundHeld' | 'RefundPaidOut' }>
>;

const OF_REFUND: ReadonlySet<PaymentEvent['type']> = new Set<RefundEvent['type']>([
  'PaymentRefunded',
  'RefundHeld',
  'RefundPaidOut',
]);
const isOfRefund = (event: PaymentEvent): event is RefundEvent => OF_REFUND.has(event.type);

const evolveRefund = (payment: Requested, event: RefundEvent): Requested => {
  switch (event.type) {
    case 'PaymentRefunded': {
      const { refundId, amountCents, refundedCents } = event.data;
      return {
        ...payment,
        status: refundedCents === payment.amountCents ? 'refunded' : 'captured',
        refunds: [...payment.refunds, { refundId, amountCents, status: 'refunded' }],
      };
    }
    case 'RefundHeld':
      return withRefund(payment, event.data.refundId, 'held');
    case 'RefundPaidOut':
      return withRefund(payment, event.data.refundId, 'paid-out');
    default:
      return assertNever(event);
  }
};

const evolve = (payment: Payment, event: PaymentEvent): Payment => {
  if (event.type === 'PaymentAuthorized') return { ...event.data, status: 'authorized', refunds: [] };
  if (event.type === 'PaymentVoidedInAdvance') return { status: 'voided-in-advance' };
  if (payment.status === 'unrequested' || payment.status === 'voided-in-advance')
    throw new Error(`${event.type} of a payment that was never requested.`);
  if (isOfRefund(event)) return evolveRefund(payment, event);
  switch (event.type) {
    case 'PaymentCaptured':
      return { ...payment, status: 'captured' };
    case 'PaymentVoided':
      return { ...payment, status: 'voided' };
    case 'PaymentFailed':
      return { ...payment, status: 'failed', reason: event.data.reason };
    default:
      return assertNever(event);
  }
};

export const payment: Aggregate<PaymentTypes> = {
  version: 2,
  initialState: { status: 'unrequested' },
  decide,
  evolve,
  streamOf: (orderId) => `payment-${orderId}`,
  begunBy: ['RequestPayment'],
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Payment): string | undefined =>
  state.status === 'unrequested' ||
  state.status === 'voided-in-advance' ||
  refundedCentsOf(state) <= state.amountCents
    ? undefined
    : 'more is refunded than was captured';
