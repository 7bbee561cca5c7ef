import * as z from 'zod';
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
    description: 'Customer, order, transfer, cash desk, or number of an account, card or loan',
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

const reconciliationQuery = z.strictObject({
  day: z.iso
    .date()
    .regex(/^(19[7-9]|[2-8]\d\d)\d-/, 'must be a day from 1970 to 8999')
    .meta({ format: 'date', description: 'The day of the statement, in UTC', examples: ['2026-01-31'] }),
  currency,
  toleranceDays: z.coerce.number().int().min(0).max(7).default(0).meta({
    description: 'How many days before or after its entry a line without the key of an entry may be booked',
  }),
});

const cashEntry = z.object({
  entry: journalEntry.shape.entry,
  at: z.iso.datetime(),
  event: journalEntry.shape.event,
  amountCents: cents,
});
const statementLine = z.object({
  line: z.int().positive().meta({ description: 'Its number in the file' }),
  amountCents: z.int().meta({ description: 'Money that came in is positive' }),
  reference: z.string().optional(),
});
const sums = z.object({
  count,
  debitCents: z.int().nonnegative(),
  creditCents: z.int().nonnegative(),
  sumCents: z.int().meta({ description: 'Debits less credits' }),
});
/** The most of one kind that a reconciliation lists. */
export const MAX_LISTED = 1_000;
const listing = <Item extends z.ZodType>(item: Item) =>
  z.object({ count, items: z.array(item).meta({ description: `The first ${MAX_LISTED}` }) });

const reconciliation = z.object({
  day: z.iso.date(),
  currency,
  ledgerAccount,
  toleranceDays: count,
  journal: sums.meta({ description: 'The entries of the day' }),
  statement: sums.meta({ description: 'The lines of the file' }),
  matched: listing(
    z.object({
      rule: z.enum(['reference', 'amount-and-date']).meta({ description: 'Why the two belong together' }),
      entry: cashEntry,
      line: statementLine,
    }),
  ),
  differing: listing(
    z.object({
      differences: z.array(z.enum(['amount', 'date'])),
      entry: cashEntry,
      line: statementLine,
    }),
  ).meta({ description: 'Lines that name an entry of another amount or day' }),
  onlyInJournal: listing(cashEntry),
  onlyInStatement: listing(statementLine),
});
export type Reconciliation = z.output<typeof reconciliation>;

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
  reconcileCash: {
    method: 'post',
    audited: true,
    path: '/api/journal/reconciliation',
    summary: 'Compare the cash of a day with the file of a statement',
    description:
      'Takes a CAMT.053 statement, the CSV of `GET /api/journal/export`, or CSV with the columns `date,amount,currency,reference`, in UTF-8. A line that names the key of an entry as its reference belongs to that entry; any other line belongs to an entry of the same amount on the same day, or on the nearest day within the tolerance. Entries and lines are paired one to one. Nothing is stored.',
    query: reconciliationQuery,
    file: { types: ['text/csv', 'application/xml', 'text/xml'], maxBytes: 4_194_304 },
    success: {
      status: 200,
      description: 'What the two sides have in common, and what not.',
      schema: reconciliation,
    },
    problems: { 503: ['view-behind'] },
    roles: ['operator'],
  },
} satisfies Operations;
