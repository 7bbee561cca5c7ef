import { z } from 'zod';
import { issueCard as issue } from '../cards';
import { cardNumber, customerId } from '../fields';
import type { Operations } from './operation';
import { cardSummary } from './summary';

const params = z.strictObject({ cardNumber });
const card = z.object({ ...cardSummary.shape, customerId });

export const cardOperations = {
  issueCard: {
    method: 'post',
    path: '/api/customers/{customerId}/cards',
    tag: 'cards',
    summary: 'Issue a credit card',
    params: z.strictObject({ customerId }),
    body: issue,
    success: { status: 201, description: 'Issued.', schema: z.object({ cardNumber }) },
    problems: { 404: ['customer-not-found'], 409: ['credit-card-exists', 'customer-not-active'] },
    roles: ['teller'],
  },
  listCards: {
    method: 'get',
    path: '/api/customers/{customerId}/cards',
    tag: 'cards',
    summary: 'List the cards of a customer',
    params: z.strictObject({ customerId }),
    success: { status: 200, description: 'All of them.', schema: z.object({ cards: z.array(card) }) },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getCard: {
    method: 'get',
    path: '/api/cards/{cardNumber}',
    tag: 'cards',
    summary: 'Read a card',
    params,
    success: { status: 200, description: 'used + available = limit.', schema: card },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  blockCard: {
    method: 'post',
    path: '/api/cards/{cardNumber}/block',
    tag: 'cards',
    summary: 'Block a card: nothing can be charged any more',
    params,
    success: { status: 200, description: 'Blocked.', schema: z.object({}) },
    problems: { 404: ['card-not-found'] },
    roles: ['teller'],
  },
} satisfies Operations;
