import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import { accountNumber, amountCents, cardNumber, currency, customerId, operationId, orderId } from './fields';
import { numberChangeEvents } from './number-changes';

const limitCents = amountCents.meta({
  description: 'The credit limit, in cents',
  examples: [200_000],
});
/** used + available = limit, in every event. `usedCents` is negative if a paid charge was cancelled or refunded: the bank owes the customer. */
const credit = { limitCents, usedCents: z.int(), availableCents: z.int().nonnegative() };
const card = { cardNumber, customerId, currency };
const charge = { ...card, chargeId: operationId, orderId: orderId.optional(), amountCents, ...credit };

const aCard = { cardNumber: sample.cardNumber, customerId: sample.customerId, currency: 'EUR' };
const aCharge = { ...aCard, chargeId: sample.operationId, orderId: sample.orderId, amountCents: 2998 };
const unused = { limitCents: 200_000, usedCents: 0, availableCents: 200_000 };
const used = { limitCents: 200_000, usedCents: 2998, availableCents: 197_002 };

export const cardsEvents = {
  'cards.card-issued.v1': event(
    'A credit card was issued to a customer.',
    { ...card, kind: z.literal('credit'), ...credit },
    { ...aCard, kind: 'credit', ...unused },
  ),
  'cards.card-charged.v1': event('The card was charged, for an order if `orderId` is set.', charge, {
    ...aCharge,
    ...used,
  }),
  'cards.charge-cancelled.v1': event('A charge was cancelled: the credit is available again.', charge, {
    ...aCharge,
    ...unused,
  }),
  'cards.refund-credited.v1': event(
    'A refund of an order was credited: the debt is smaller by it.',
    { ...card, refundId: operationId, orderId, amountCents, ...credit },
    { ...aCard, refundId: sample.operationId, orderId: sample.orderId, amountCents: 2998, ...unused },
  ),
  'cards.card-paid.v1': event(
    'A part of the debt was paid.',
    { ...card, paymentId: operationId, amountCents, ...credit },
    { ...aCard, paymentId: sample.operationId, amountCents: 2998, ...unused },
  ),
  'cards.card-blocked.v1': event(
    'The card was blocked: it takes no more charges; the debt can still be paid.',
    card,
    aCard,
  ),
  'cards.card-unblocked.v1': event(
    'The card can be charged again: its customer was to leave and stays.',
    card,
    aCard,
  ),
  'cards.number-change-acknowledged.v1': numberChangeEvents.acknowledged,
  'cards.number-change-rejected.v1': numberChangeEvents.rejected,
  'cards.number-change-rolled-back.v1': numberChangeEvents.rolledBack,
};
export type CardsEvent = EventOf<typeof cardsEvents>;

export const issueCardRequest = z.strictObject({
  limitCents: limitCents.default(200_000),
  currency: currency.default('EUR'),
});
/** Account and card must both be of this currency. */
export const payCardRequest = z.strictObject({
  fromAccount: accountNumber,
  cardNumber,
  amountCents,
  currency: currency.default('EUR'),
});
