import { assertNever, reject, type Aggregate, type Empty } from '@bankside/kernel';

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

export type PaymentEvent =
  | Readonly<{ type: 'PaymentAuthorized' | 'PaymentCaptured' | 'PaymentVoided'; data: Details }>
  | Readonly<{ type: 'PaymentFailed'; data: Details & Readonly<{ reason: string }> }>
  | Readonly<{ type: 'PaymentRefunded'; data: Details & Readonly<{ reason?: string }> }>
  /** Voided before it was requested: the request is rejected when it arrives. */
  | Readonly<{ type: 'PaymentVoidedInAdvance'; data: Readonly<{ orderId: string }> }>;

export type PaymentCommand =
  /** Authorized at once, since the account or card moves the money. */
  | Readonly<{ type: 'RequestPayment'; data: Details }>
  | Readonly<{ type: 'CapturePayment'; data: Empty }>
  | Readonly<{ type: 'VoidPayment'; data: Readonly<{ orderId: string }> }>
  | Readonly<{ type: 'RefundPayment'; data: Readonly<{ reason?: string | undefined }> }>
  | Readonly<{ type: 'FailPayment'; data: Readonly<{ reason: string }> }>;

export type PaymentRejection =
  | 'payment-not-found'
  | 'payment-differs'
  | 'payment-voided'
  | 'payment-failed'
  | 'payment-not-captured'
  | 'payment-already-captured';

export type Requested = Details &
  Readonly<{ status: 'authorized' | 'captured' | 'voided' | 'failed' | 'refunded'; reason?: string }>;
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

const refund = ({ reason }: Readonly<{ reason?: string | undefined }>, payment: Requested) => {
  if (payment.status === 'refunded') return [];
  if (payment.status !== 'captured') return reject('payment-not-captured');
  const data = { ...detailsOf(payment), ...(reason !== undefined && { reason }) };
  return [{ type: 'PaymentRefunded' as const, data }];
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

const evolve = (_payment: Payment, event: PaymentEvent): Payment => {
  switch (event.type) {
    case 'PaymentAuthorized':
      return { ...event.data, status: 'authorized' };
    case 'PaymentCaptured':
      return { ...event.data, status: 'captured' };
    case 'PaymentVoided':
      return { ...event.data, status: 'voided' };
    case 'PaymentFailed':
      return { ...event.data, status: 'failed' };
    case 'PaymentRefunded':
      return { ...event.data, status: 'refunded' };
    case 'PaymentVoidedInAdvance':
      return { status: 'voided-in-advance' };
    default:
      return assertNever(event);
  }
};

export const payment: Aggregate<PaymentTypes> = {
  version: 1,
  initialState: { status: 'unrequested' },
  decide,
  evolve,
  streamOf: (orderId) => `payment-${orderId}`,
};
