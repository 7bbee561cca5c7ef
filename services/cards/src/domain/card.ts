import {
  assertNever,
  reject,
  appendBounded,
  type Aggregate,
  type DataOf,
  type UniqueKey,
} from '@bankside/kernel';
import { block, evolveClosure, holderOf, isOfClosure, unblock } from './card-closure';
import type {
  Holder,
  Credit,
  Charged,
  Payment,
  CardEvent,
  IssueCard,
  Charge,
  PayCard,
  Cancellation,
  CardCommand,
  Issued,
  Card,
  CardTypes,
} from './card-types';

export type * from './card-types';

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

const evolve = (card: Card, event: CardEvent): Card => {
  if (event.type === 'CardIssued') {
    const { limitCents, usedCents } = event.data;
    const lists = { charges: [], cancelledInAdvance: [], payments: [], refunds: [], reversedClosures: [] };
    return { ...holderOf(event.data), status: 'active', limitCents, usedCents, ...lists };
  }
  if (card.status === 'unissued') throw new Error(`${event.type} on a card that was never issued.`);
  if (isOfClosure(event)) return evolveClosure(card, event);
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
    default:
      return assertNever(event);
  }
};

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
