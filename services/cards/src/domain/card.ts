import {
  assertNever,
  reject,
  appendBounded,
  type Aggregate,
  type DataOf,
  type Empty,
  type UniqueKey,
} from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one. Events carry what readers need (owner,
// currency, credit), because the relay maps an event without its state. used + available = limit, always; used falls
// below 0 if a charge is cancelled or refunded after it was paid: the bank then owes the customer.
type Holder = Readonly<{ cardNumber: string; customerId: string; currency: string }>;
type Credit = Readonly<{ limitCents: number; usedCents: number; availableCents: number }>;
export type Charged = Readonly<{ chargeId: string; amountCents: number; orderId?: string }>;
type Refund = Readonly<{ refundId: string; orderId: string; amountCents: number }>;
type Payment = Readonly<{ paymentId: string; amountCents: number }>;

export type CardEvent =
  | Readonly<{ type: 'CardIssued'; data: Holder & Credit }>
  | Readonly<{ type: 'CardCharged' | 'ChargeCancelled'; data: Holder & Credit & Charged }>
  /** Cancelled before it arrived: it is rejected when it does. */
  | Readonly<{ type: 'ChargeCancelledInAdvance'; data: Readonly<{ cardNumber: string; chargeId: string }> }>
  | Readonly<{ type: 'RefundCredited'; data: Holder & Credit & Refund }>
  | Readonly<{ type: 'CardPaid'; data: Holder & Credit & Payment }>
  /** `closureId`: because its customer leaves. */
  | Readonly<{ type: 'CardBlocked'; data: Holder & Readonly<{ closureId?: string }> }>
  | Readonly<{ type: 'CardUnblocked'; data: Holder & Closure }>
  /** Unblocked before its customer's closure blocked it: that is rejected when it arrives. */
  | Readonly<{ type: 'CardUnblockedInAdvance'; data: Readonly<{ cardNumber: string }> & Closure }>;

type Closure = Readonly<{ closureId: string }>;

type IssueCard = Holder & Readonly<{ limitCents: number }>;
/** `customerId` and `currency` are the payer's expectations of the card: if given, they must match. */
type Charge = Readonly<{
  chargeId: string;
  amountCents: number;
  orderId?: string | undefined;
  customerId?: string | undefined;
  currency?: string | undefined;
}>;
type PayCard = Payment & Pick<Charge, 'customerId' | 'currency'>;
/** `fromHistory` is a charge that the state has evicted; see `charge-history.ts`. */
type Cancellation = Readonly<{ chargeId: string; fromHistory?: Charged | undefined }>;

export type CardCommand =
  | Readonly<{ type: 'IssueCard'; data: IssueCard }>
  | Readonly<{ type: 'ChargeCard'; data: Charge }>
  | Readonly<{ type: 'CancelCharge'; data: Cancellation }>
  | Readonly<{
      type: 'CreditRefund';
      data: Refund & Readonly<{ customerId: string; currency: string }>;
    }>
  | Readonly<{ type: 'PayCard'; data: PayCard }>
  /** The closure of a customer needs a card without debt, and one that is blocked already unless it is forced. */
  | Readonly<{ type: 'BlockCard'; data: Empty | (Closure & Readonly<{ forced: boolean }>) }>
  /** Takes back what the closure of the customer did. */
  | Readonly<{ type: 'UnblockCard'; data: Closure }>;

export type CardRejection =
  | 'card-number-taken'
  | 'credit-card-exists'
  | 'card-not-found'
  | 'card-blocked'
  | 'currency-mismatch'
  | 'insufficient-credit'
  | 'charge-cancelled'
  | 'charge-id-reused'
  | 'payment-id-reused'
  | 'payment-exceeds-debt'
  | 'card-open'
  | 'card-not-settled'
  | 'customer-not-active'
  | 'closure-reversed';

/** The lists are bounded by `appendBounded`. */
export type Issued = Holder &
  Readonly<{
    status: 'active' | 'blocked';
    limitCents: number;
    usedCents: number;
    charges: readonly (Charged & Readonly<{ cancelled?: true }>)[];
    /** Ids cancelled before they arrived. */
    cancelledInAdvance: readonly string[];
    payments: readonly Payment[];
    refunds: readonly string[];
    /** The closure of the customer that blocked the card. */
    blockedBy?: string;
    /** Closures of the customer that were reversed. */
    reversedClosures: readonly string[];
  }>;
export type Card = Readonly<{ status: 'unissued' }> | Issued;

export type CardTypes = Readonly<{
  state: Card;
  command: CardCommand;
  event: CardEvent;
  rejection: CardRejection;
}>;

const decide = (command: CardCommand, card: Card) => {
  if (command.type === 'IssueCard') return issue(command.data, card);
  if (card.status === 'unissued') return reject('card-not-found');
  switch (command.type) {
    case 'ChargeCard':
      return charge(command.data, card);
    case 'CancelCharge':
      return cancel(command.data, card);
    case 'CreditRefund':
      return creditRefund(command.data, card);
    case 'PayCard':
      return pay(command.data, card);
    case 'BlockCard':
      return block(command.data, card);
    case 'UnblockCard':
      return unblock(command.data, card);
    default:
      return assertNever(command);
  }
};

const holderOf = ({ cardNumber, customerId, currency }: Holder): Holder => ({
  cardNumber,
  customerId,
  currency,
});

const creditOf = (limitCents: number, usedCents: number): Credit => ({
  limitCents,
  usedCents,
  availableCents: limitCents - usedCents,
});

const issue = (issuing: IssueCard, card: Card) => {
  const { customerId, currency, limitCents } = issuing;
  if (card.status === 'unissued')
    return [{ type: 'CardIssued' as const, data: { ...holderOf(issuing), ...creditOf(limitCents, 0) } }];
  const same = card.customerId === customerId && card.currency === currency && card.limitCents === limitCents;
  return same ? [] : reject('card-number-taken');
};

const charge = (asked: Charge, card: Issued) => {
  const { chargeId, amountCents, customerId = card.customerId, currency = card.currency } = asked;
  if (customerId !== card.customerId) return reject('card-not-found');
  if (card.cancelledInAdvance.includes(chargeId)) return reject('charge-cancelled'); // The cancellation arrived first.
  const earlier = remembered(card, chargeId);
  if (earlier) return repeated(asked, earlier);
  if (card.status === 'blocked') return reject('card-blocked');
  if (currency !== card.currency) return reject('currency-mismatch');
  const credit = creditOf(card.limitCents, card.usedCents + amountCents);
  if (credit.availableCents < 0) return reject('insufficient-credit');
  return [{ type: 'CardCharged' as const, data: { ...holderOf(card), ...chargedBy(asked), ...credit } }];
};

const remembered = ({ charges }: Issued, chargeId: string) =>
  charges.findLast((charged) => charged.chargeId === chargeId);

const repeated = ({ amountCents }: Charge, earlier: Issued['charges'][number]) => {
  if (earlier.cancelled) return reject('charge-cancelled');
  return earlier.amountCents === amountCents ? [] : reject('charge-id-reused');
};

/** Never rejected, whatever the status of the card: its credit must be restored. */
const cancel = ({ chargeId, fromHistory }: Cancellation, card: Issued) => {
  if (card.cancelledInAdvance.includes(chargeId)) return [];
  const known = remembered(card, chargeId);
  if (known?.cancelled) return [];
  const charged = known ?? fromHistory;
  if (charged === undefined)
    return [{ type: 'ChargeCancelledInAdvance' as const, data: { cardNumber: card.cardNumber, chargeId } }];
  const credit = creditOf(card.limitCents, card.usedCents - charged.amountCents);
  return [
    { type: 'ChargeCancelled' as const, data: { ...holderOf(card), ...chargedBy(charged), ...credit } },
  ];
};

/** A blocked card takes it only while its debt is at least as large: what the bank owed there could not be spent. */
const creditRefund = (refund: DataOf<CardCommand, 'CreditRefund'>, card: Issued) => {
  const { refundId, orderId, amountCents, customerId, currency } = refund;
  if (customerId !== card.customerId) return reject('card-not-found');
  if (card.refunds.includes(refundId)) return [];
  if (currency !== card.currency) return reject('currency-mismatch');
  if (card.status === 'blocked' && card.usedCents < amountCents) return reject('card-blocked');
  const credit = creditOf(card.limitCents, card.usedCents - amountCents);
  const data = { ...holderOf(card), refundId, orderId, amountCents, ...credit };
  return [{ type: 'RefundCredited' as const, data }];
};

/** Works on a blocked card as well: a debt can always be paid. */
const pay = (paying: PayCard, card: Issued) => {
  const { paymentId, amountCents, customerId = card.customerId, currency = card.currency } = paying;
  if (customerId !== card.customerId) return reject('card-not-found');
  const earlier = card.payments.findLast((payment) => payment.paymentId === paymentId);
  if (earlier) return earlier.amountCents === amountCents ? [] : reject('payment-id-reused');
  if (currency !== card.currency) return reject('currency-mismatch');
  if (amountCents > card.usedCents) return reject('payment-exceeds-debt');
  const credit = creditOf(card.limitCents, card.usedCents - amountCents);
  return [{ type: 'CardPaid' as const, data: { ...holderOf(card), paymentId, amountCents, ...credit } }];
};

const block = (blocking: DataOf<CardCommand, 'BlockCard'>, card: Issued) => {
  if ('closureId' in blocking) return close(blocking, card);
  return card.status === 'blocked' ? [] : [{ type: 'CardBlocked' as const, data: holderOf(card) }];
};

const close = ({ closureId, forced }: Closure & Readonly<{ forced: boolean }>, card: Issued) => {
  if (card.reversedClosures.includes(closureId)) return reject('closure-reversed');
  if (card.usedCents !== 0) return reject('card-not-settled');
  if (card.status === 'blocked') return [];
  if (!forced) return reject('card-open');
  return [{ type: 'CardBlocked' as const, data: { ...holderOf(card), closureId } }];
};

/** Never rejected. */
const unblock = ({ closureId }: Closure, card: Issued) => {
  if (card.reversedClosures.includes(closureId)) return [];
  if (card.blockedBy === closureId)
    return [{ type: 'CardUnblocked' as const, data: { ...holderOf(card), closureId } }];
  if (card.status === 'blocked') return []; // By another closure, or without one.
  return [{ type: 'CardUnblockedInAdvance' as const, data: { cardNumber: card.cardNumber, closureId } }];
};

const evolve = (card: Card, event: CardEvent): Card => {
  if (event.type === 'CardIssued') {
    const { limitCents, usedCents } = event.data;
    const lists = { charges: [], cancelledInAdvance: [], payments: [], refunds: [], reversedClosures: [] };
    return { ...holderOf(event.data), status: 'active', limitCents, usedCents, ...lists };
  }
  if (card.status === 'unissued') throw new Error(`${event.type} on a card that was never issued.`);
  switch (event.type) {
    case 'CardCharged':
      return { ...withUsed(card, event.data), charges: appendBounded(card.charges, chargedBy(event.data)) };
    case 'ChargeCancelled':
      return { ...withUsed(card, event.data), charges: withCancelled(card.charges, chargedBy(event.data)) };
    case 'ChargeCancelledInAdvance':
      return { ...card, cancelledInAdvance: appendBounded(card.cancelledInAdvance, event.data.chargeId) };
    case 'RefundCredited':
      return { ...withUsed(card, event.data), refunds: appendBounded(card.refunds, event.data.refundId) };
    case 'CardPaid':
      return { ...withUsed(card, event.data), payments: appendBounded(card.payments, paymentBy(event.data)) };
    case 'CardBlocked':
      return { ...card, status: 'blocked', ...blockedBy(event.data) };
    case 'CardUnblocked':
      return { ...reversed(card, event.data), status: 'active' };
    case 'CardUnblockedInAdvance':
      return reversed(card, event.data);
    default:
      return assertNever(event);
  }
};

const blockedBy = ({ closureId }: Partial<Closure>) =>
  closureId === undefined ? {} : { blockedBy: closureId };

const reversed = ({ blockedBy: _closure, ...card }: Issued, { closureId }: Closure): Issued => ({
  ...card,
  reversedClosures: appendBounded(card.reversedClosures, closureId),
});

const withUsed = (card: Issued, { usedCents }: Credit): Issued => ({ ...card, usedCents });

const withCancelled = (charges: Issued['charges'], charged: Charged): Issued['charges'] => {
  const cancelled = { ...charged, cancelled: true } as const;
  const index = charges.findLastIndex(({ chargeId }) => chargeId === charged.chargeId);
  return index < 0 ? appendBounded(charges, cancelled) : charges.with(index, cancelled);
};

const chargedBy = ({ chargeId, amountCents, orderId }: Charge): Charged => ({
  chargeId,
  amountCents,
  ...(orderId !== undefined && { orderId }),
});

const paymentBy = ({ paymentId, amountCents }: Payment): Payment => ({ paymentId, amountCents });

const creditCardOf = ({ customerId }: Holder): UniqueKey => ({ index: 'credit', value: customerId });

/** A customer holds one credit card until it is blocked. */
const uniques = (events: readonly CardEvent[]) => ({
  claims: events.flatMap(({ type, data }) =>
    type === 'CardIssued' || type === 'CardUnblocked' ? [creditCardOf(data)] : [],
  ),
  releases: events.flatMap(({ type, data }) => (type === 'CardBlocked' ? [creditCardOf(data)] : [])),
});

export const card: Aggregate<CardTypes> = {
  version: 3,
  initialState: { status: 'unissued' },
  decide,
  evolve,
  streamOf: (cardNumber) => `card-${cardNumber}`,
  uniques,
  uniqueViolation: { credit: 'credit-card-exists' },
};

/** For audits: the invariant that a state violates, if any. No sequence of commands can lead to such a state. */
export const brokenRule = (state: Card): string | undefined =>
  state.status === 'unissued' || state.usedCents <= state.limitCents
    ? undefined
    : 'more is used than the limit';
