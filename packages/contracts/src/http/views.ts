import { z } from 'zod';
import { count, currency, customerId, orderId } from '../fields';
import type { Operations } from './operation';
import { page } from './paging';
import { person } from './summary';

const params = z.strictObject({ customerId });
const cents = z.int();
const number = z.string().meta({ description: 'Of the account or card', examples: ['1000000017'] });
const kind = z.enum(['account', 'card']);
const next = z.string().optional().meta({ description: '`cursor` of the next page' });

const line = z.object({
  number,
  kind,
  customerId,
  currency,
  what: z.enum(['deposit', 'withdrawal', 'withdrawal-cancelled', 'charge', 'charge-cancelled', 'payment']),
  amountCents: cents.meta({
    description: 'Positive when it comes, negative when it goes',
    examples: [-2933],
  }),
  balanceCents: cents.meta({ description: 'After it; of a card, what is owed, negative' }),
  at: z.iso.datetime(),
  line: z.string().meta({ description: 'Sorts the lines of one number' }),
  orderId: orderId.optional(),
});
const month = z.object({
  number,
  kind,
  customerId,
  currency,
  month: z.string().meta({ examples: ['2026-01'] }),
  inCents: count,
  outCents: count,
  lines: count,
  closingCents: cents,
});

/** Questions that only a view can answer: they go over many streams. */
export const viewOperations = {
  searchCustomers: {
    method: 'get',
    path: '/api/customers',
    tag: 'customers',
    summary: 'Find customers by the beginning of a name',
    query: z.strictObject({
      name: z
        .string()
        .trim()
        .min(2)
        .max(30)
        .meta({ examples: ['ada'] }),
      ...page,
    }),
    success: {
      status: 200,
      description: 'A page of customers, by name.',
      schema: z.object({ customers: z.array(person), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['teller'],
  },
  getStatement: {
    method: 'get',
    path: '/api/customers/{customerId}/statement',
    tag: 'customers',
    summary: 'Read what came to and went from the accounts and cards of a customer',
    params,
    query: z.strictObject(page),
    success: {
      status: 200,
      description: 'A page of lines, newest first.',
      schema: z.object({ lines: z.array(line), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getMonthlyTotals: {
    method: 'get',
    path: '/api/customers/{customerId}/monthly-totals',
    tag: 'customers',
    summary: 'Read what came and went in each month',
    params,
    query: z.strictObject(page),
    success: {
      status: 200,
      description: 'A page of months, newest first.',
      schema: z.object({ months: z.array(month), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getBankTotals: {
    method: 'get',
    path: '/api/bank-totals/{currency}',
    tag: 'operators',
    summary: 'Read the sums over the whole bank and shop',
    params: z.strictObject({ currency }),
    success: {
      status: 200,
      description: 'Money in = money held + money spent.',
      schema: z.looseObject({
        currency,
        moneyInCents: count,
        moneyHeldCents: count,
        moneySpentCents: count,
      }),
    },
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['teller', 'operator'],
  },
} satisfies Operations;
