import { ledgerAccounts, type LedgerAccount } from '@bankside/contracts';
import { defineProjection, type Apply } from '@bankside/projections';
import { postingRules } from '../ledger/postings';

/**
 * What the entries of the journal of one hour (UTC) have posted in one currency, so that a balance need not read old
 * entries.
 */
export type JournalHour = Readonly<{
  currency: string;
  /** `2026-01-31T10` */
  hour: string;
  entries: number;
  balances: Readonly<Record<LedgerAccount, number>>;
}>;

type Event = Readonly<{ data: unknown }>;

const apply = Object.fromEntries(
  Object.entries(postingRules).map(([type, postingsOf]) => [
    type,
    ({ entries, balances, ...hour }: JournalHour, event: Event): JournalHour => {
      const after = { ...balances };
      for (const { ledgerAccount, amountCents } of postingsOf(event.data as never))
        after[ledgerAccount] += amountCents;
      return { ...hour, entries: entries + 1, balances: after };
    },
  ]),
) as Apply<JournalHour>;

export const hourOf = (time: string): string => time.slice(0, 'yyyy-mm-ddThh'.length);

export const journalHours = defineProjection<JournalHour>({
  name: 'journal-hours',
  collectionName: 'hours',
  version: 3,
  store: 'postgres',
  sources: ['accounts', 'cards', 'loans', 'payments'],
  keyOf: ({ time, data: { currency } }) => `${currency}/${hourOf(time)}`,
  initial: (key) => {
    const [currency = '', hour = ''] = key.split('/');
    const balances = Object.fromEntries(ledgerAccounts.map((name) => [name, 0]));
    return { currency, hour, entries: 0, balances: balances as JournalHour['balances'] };
  },
  apply,
});
