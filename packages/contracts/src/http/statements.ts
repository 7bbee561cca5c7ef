import * as z from 'zod';
import {
  accountNumber,
  count,
  currency,
  customerId,
  loanNumber,
  orderId,
  purpose,
  text,
  transferId,
} from '../fields';
import type { Operations } from './operation';
import { next, viewPage } from './paging';
import { person } from './summary';

const params = z.strictObject({ customerId });
const cents = z.int();
const number = z
  .string()
  .regex(/^\d{10,12}$/, 'must be the number of an account or card')
  .meta({ description: 'Number of the account or card', examples: ['1000000017'] });
const kind = z.enum(['account', 'card']);

const line = z.object({
  number,
  kind,
  customerId,
  currency,
  what: z.enum([
    'deposit',
    'withdrawal',
    'withdrawal-cancelled',
    'transfer',
    'transfer-cancelled',
    'loan-payout',
    'loan-repayment',
    'loan-repayment-cancelled',
    'charge',
    'charge-cancelled',
    'payment',
    'refund',
  ]),
  amountCents: cents.meta({
    description: 'Positive for incoming money, negative for outgoing money',
    examples: [-2933],
  }),
  balanceCents: cents.meta({ description: 'Balance after this line; the debt of a card is negative' }),
  at: z.iso.datetime(),
  line: z.string().meta({ description: 'Sort key of the lines of one number' }),
  orderId: orderId.optional(),
  transferId: transferId.optional(),
  counterparty: accountNumber.optional().meta({ description: 'The other account of a transfer' }),
  purpose: purpose.optional().meta({ description: 'What a transfer is for' }),
  loanNumber: loanNumber.optional(),
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

/** Queries over the events of many streams, served by views. */
export const statementOperations = {
  searchCustomers: {
    method: 'get',
    audited: true,
    path: '/api/customers',
    summary: 'List customers, all or by the beginning of a name',
    query: z.strictObject({
      name: text(1, 100)
        .meta({
          personal: true,
          description: 'Of the whole name or a word of it; of letters, their plain form suffices',
          minLength: 1,
          maxLength: 100,
          examples: ['ada'],
        })
        .optional(),
      ...viewPage,
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
    audited: true,
    path: '/api/customers/{customerId}/statement',
    summary: 'Read the statement of a customer’s accounts and cards',
    params,
    query: z.strictObject({
      number: number.optional().meta({ description: 'Only this account or card of the customer' }),
      ...viewPage,
    }),
    success: {
      status: 200,
      description:
        'A page of lines, newest first. While the owner of transfers does not respond, `purpose` is missing.',
      schema: z.object({ lines: z.array(line), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getMonthlyTotals: {
    method: 'get',
    audited: true,
    path: '/api/customers/{customerId}/monthly-totals',
    summary: 'Read the totals of each month',
    params,
    query: z.strictObject(viewPage),
    success: {
      status: 200,
      description: 'A page of months, newest first.',
      schema: z.object({ months: z.array(month), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
} satisfies Operations;
