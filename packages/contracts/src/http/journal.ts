import { z } from 'zod';
import { count, currency, id } from '../fields';
import { ledgerAccounts } from '../ledger';
import type { Operations } from './operation';
import { instant, next, viewPage } from './paging';

const ledgerAccount = z.enum(ledgerAccounts).meta({ description: 'Account of the chart of accounts' });
const cents = z.int().meta({ description: 'Debits are positive, credits negative', examples: [-2998] });

/** Which entries of the journal a call is about. */
export const journalFilter = {
  ledgerAccount: ledgerAccount.optional(),
  reference: id.optional().meta({
    description: 'Customer, order, or number of an account, card or loan',
    examples: ['1000000017'],
  }),
  currency: currency.optional(),
  from: instant.optional(),
  to: instant.optional().meta({ description: 'Exclusive' }),
};

const journalEntry = z.object({
  entry: z.string().meta({ description: 'Source, partition and position of the event' }),
  at: z.iso.datetime(),
  event: z.string().meta({ examples: ['accounts.money-deposited.v1'] }),
  currency,
  references: z.array(z.string()).meta({ description: 'What `reference` finds it by' }),
  postings: z.array(z.object({ ledgerAccount, amountCents: cents })).meta({ description: 'Their sum is 0' }),
});
export type JournalEntry = z.output<typeof journalEntry>;

export const trialBalanceQuery = z.strictObject({
  at: instant.optional().meta({ description: 'Inclusive; by default, all entries count' }),
});

export const trialBalance = z.object({
  at: z.iso.datetime().optional(),
  entries: count,
  currencies: z.array(
    z.object({
      currency,
      accounts: z.array(z.object({ ledgerAccount, balanceCents: cents })),
      sumCents: z.int().meta({ description: 'Of all accounts; 0 in a journal that balances' }),
    }),
  ),
});
export type TrialBalance = z.output<typeof trialBalance>;

export const journalOperations = {
  listJournalEntries: {
    method: 'get',
    path: '/api/journal',
    summary: 'List the entries of the journal',
    description: 'Each event that moves money is one entry, whose postings sum to 0.',
    query: z.strictObject({ ...journalFilter, ...viewPage }),
    success: {
      status: 200,
      description: 'A page of entries, newest first.',
      schema: z.object({
        entries: z.array(journalEntry),
        next,
      }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['operator'],
  },
  getTrialBalance: {
    method: 'get',
    path: '/api/journal/trial-balance',
    summary: 'Read the trial balance at any time',
    query: trialBalanceQuery,
    success: {
      status: 200,
      description: 'The balance of each account of the chart in each currency.',
      schema: trialBalance,
    },
    problems: { 503: ['view-behind'] },
    roles: ['operator'],
  },
  exportJournal: {
    method: 'get',
    path: '/api/journal/export',
    summary: 'Download the postings of a day as CSV',
    description:
      'One line for each posting, oldest first, with amounts in major units. The response is streamed; a connection that closes without the last chunk means that it is incomplete.',
    query: z.strictObject({
      day: z.iso.date().meta({ description: 'A day in UTC', examples: ['2026-01-31'] }),
    }),
    success: {
      status: 200,
      description: 'The postings.',
      schema: z.string(),
      type: 'text/csv',
    },
    problems: { 503: ['view-behind'] },
    roles: ['operator'],
  },
} satisfies Operations;
