import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import { accountNumber, amountCents, cardNumber, currency, customerId, operationId, orderId } from './fields';
import { numberChangeEvents } from './number-changes';

const limitCents = amountCents.meta({
  description: 'What may be owed at most, in cents',
  examples: [200_000],
});
/** used + available = limit, in every event. Negative `usedCents`: a charge was cancelled after it was paid, the bank owes. */
const credit = { limitCents, usedCents: z.int(), availableCents: z.int().nonnegative() };
const card = { cardNumber, customerId, currency };
const charge = { ...card, chargeId: operationId, orderId: orderId.optional(), amountCents, ...credit };

const aCard = { cardNumber: sample.cardNumber, customerId: sample.customerId, currency: 'EUR' };
const aCharge = { ...aCard, chargeId: sample.operationId, orderId: sample.orderId, amountCents: 2998 };
const unused = { limitCents: 200_000, usedCents: 0, availableCents: 200_000 };
const used = { limitCents: 200_000, usedCents: 2998, availableCents: 197_002 };

export const cardsEvents = {
  'cards.card-issued.v1': event(
    'A customer got a credit card.',
    { ...card, kind: z.literal('credit'), ...credit },
    { ...aCard, kind: 'credit', ...unused },
  ),
  'cards.card-charged.v1': event('Money was spent on credit, for an order if `orderId` is there.', charge, {
    ...aCharge,
    ...used,
  }),
  'cards.charge-cancelled.v1': event('A charge was undone: the credit is available again.', charge, {
    ...aCharge,
    ...unused,
  }),
  'cards.card-paid.v1': event(
    'Some of what is owed was paid.',
    { ...card, paymentId: operationId, amountCents, ...credit },
    { ...aCard, paymentId: sample.operationId, amountCents: 2998, ...unused },
  ),
  'cards.card-blocked.v1': event('Nothing can be charged any more; what is owed can be paid.', card, aCard),
  'cards.number-change-acknowledged.v1': numberChangeEvents.acknowledged,
  'cards.number-change-rejected.v1': numberChangeEvents.rejected,
  'cards.number-change-rolled-back.v1': numberChangeEvents.rolledBack,
};
export type CardsEvent = EventOf<typeof cardsEvents>;

export const issueCard = z.strictObject({
  limitCents: limitCents.default(200_000),
  currency: currency.default('EUR'),
});
/** Account and card must both be of this currency. */
export const payCard = z.strictObject({
  fromAccount: accountNumber,
  cardNumber,
  amountCents,
  currency: currency.default('EUR'),
});
