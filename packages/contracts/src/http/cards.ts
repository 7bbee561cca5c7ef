import * as z from 'zod';
import { issueCardRequest as issue, payCardRequest as payment } from '../cards';
import { cardNumber, customerId, reason } from '../fields';
import type { ApiSection, Operations } from './operation';
import { next, pageBy } from './paging';
import { pending, sagaId } from './pending';
import { cardSummary } from './summary';

const params = z.strictObject({ cardNumber });
const card = z.object({ ...cardSummary.shape, customerId });

export const cardOperations = {
  issueCard: {
    method: 'post',
    path: '/api/customers/{customerId}/cards',
    summary: 'Issue a credit card',
    params: z.strictObject({ customerId }),
    body: issue,
    creates: '/api/cards/{cardNumber}',
    success: { status: 201, description: 'Issued.', schema: z.object({ cardNumber }) },
    problems: { 404: ['customer-not-found'], 409: ['credit-card-exists', 'customer-not-active'] },
    roles: ['teller'],
  },
  listCards: {
    method: 'get',
    path: '/api/customers/{customerId}/cards',
    summary: 'List the cards of a customer',
    params: z.strictObject({ customerId }),
    query: z.strictObject(pageBy(cardNumber)),
    success: {
      status: 200,
      description: 'A page of the cards of the customer, of any status, by number.',
      schema: z.object({ cards: z.array(card), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getCard: {
    method: 'get',
    path: '/api/cards/{cardNumber}',
    summary: 'Read a card',
    params,
    success: {
      status: 200,
      description: 'The current state of the card: used + available = limit.',
      schema: card,
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  blockCard: {
    method: 'post',
    conditional: true,
    path: '/api/cards/{cardNumber}/block',
    summary: 'Block a card: it takes no more charges',
    params,
    success: { status: 200, description: 'Blocked.', schema: z.object({}) },
    problems: { 404: ['card-not-found'] },
    roles: ['teller'],
  },
  payCard: {
    method: 'post',
    path: '/api/card-payments',
    summary: 'Pay a credit card from a savings account',
    description:
      'A saga withdraws the money and pays the card. If the card rejects the payment, the withdrawal is cancelled.',
    body: payment,
    creates: '/api/card-payments/{paymentId}',
    success: { status: 200, description: 'Paid.', schema: z.object({ paymentId: sagaId }) },
    pending,
    problems: {
      409: [
        'insufficient-funds',
        'payment-exceeds-debt',
        'account-not-found',
        'account-not-open',
        'card-not-found',
        'currency-mismatch',
        'undone',
      ],
      422: ['idempotency-key-reused'],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  getCardPayment: {
    method: 'get',
    path: '/api/card-payments/{paymentId}',
    summary: 'Read a payment of a card',
    description:
      'As long as Temporal keeps the history of its saga. `paymentId` is the `sagaId` of a 202 response.',
    params: z.strictObject({ paymentId: sagaId }),
    success: {
      status: 200,
      description: '`rejected` and `failed`: no money has moved, or it is back on the account.',
      schema: z.object({
        paymentId: sagaId,
        status: z.enum(['running', 'paid', 'rejected', 'failed']),
        reason: reason.optional(),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
} satisfies Operations;

export const cardsApi = {
  tag: 'cards',
  description: 'Credit cards and their payment.',
  operations: cardOperations,
} as const satisfies ApiSection;
