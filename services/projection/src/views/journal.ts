import type { EventEnvelope, LedgerAccount } from '@bankside/contracts';
import { defineProjection, type Apply } from '@bankside/projections';
import { utcDayOf } from '@bankside/std';
import { postingRules, type Posting } from '../ledger/postings';

/** The entry of one event in the double-entry journal. Its postings sum to 0. */
export type JournalEntry = Readonly<{
  /** Source, partition and position of the event; its digits sort as text. */
  entry: string;
  at: string;
  /** In UTC. */
  day: string;
  event: string;
  currency: string;
  /** Customer, order, transfer, cash desk, and numbers of accounts, card and loan. */
  references: readonly string[];
  ledgerAccounts: readonly LedgerAccount[];
  postings: readonly Posting[];
}>;

const REFERENCES = [
  'customerId',
  'accountNumber',
  'counterparty',
  'cardNumber',
  'loanNumber',
  'orderId',
  'transferId',
  'cashDesk',
  'payOutTo',
  'fromAccount',
] as const;
type Data = Readonly<{ currency: string } & { [Name in (typeof REFERENCES)[number]]?: string | undefined }>;

const entryKeyOf = ({ source, feedpartition, feedposition }: Omit<EventEnvelope, 'data'>): string =>
  `${source}/${feedpartition}/${String(feedposition).padStart(12, '0')}`;

const entryOf = (event: EventEnvelope, postings: readonly Posting[]): JournalEntry => {
  const data = event.data as Data;
  return {
    entry: entryKeyOf(event),
    at: event.time,
    day: utcDayOf(event.time),
    event: event.type,
    currency: data.currency,
    references: REFERENCES.flatMap((name) => data[name] ?? []),
    ledgerAccounts: postings.map(({ ledgerAccount }) => ledgerAccount),
    postings,
  };
};

const apply = Object.fromEntries(
  Object.entries(postingRules).map(([type, postingsOf]) => [
    type,
    (_: JournalEntry, event: EventEnvelope) => entryOf(event, postingsOf(event.data as never)),
  ]),
) as Apply<JournalEntry>;

export const journal = defineProjection<JournalEntry>({
  name: 'journal',
  collectionName: 'entries',
  version: 3,
  store: 'postgres',
  sources: ['accounts', 'cards', 'loans', 'payments'],
  keyOf: entryKeyOf,
  initial: (entry) => ({
    entry,
    at: '',
    day: '',
    event: '',
    currency: '',
    references: [],
    ledgerAccounts: [],
    postings: [],
  }),
  apply,
  lists: [
    { by: 'day', sort: 'at' },
    { by: 'references', sort: 'at', descending: true, multiValued: true, queryParam: 'reference' },
  ],
});
