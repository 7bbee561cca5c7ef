import type { JournalEntry, TrialBalance } from '@bankside/contracts/http';
import type { LedgerAccount } from '@bankside/contracts/ledger';
import { sumOf } from '@bankside/std';
import { getOk, findings, READS, type CheckResult, type Get, type ResponseOf } from './api';
import type { AuditedEvent } from './audited-event';
import { addTo, type Sums } from './sums';

/** The balance that each owner stores after a movement, and the account of the chart that has their sum. */
const STORED: Readonly<
  Record<string, Readonly<{ field: string; ledgerAccount: LedgerAccount; sign: 1 | -1 }>>
> = {
  accounts: { field: 'balanceCents', ledgerAccount: 'customer-deposits', sign: -1 },
  cards: { field: 'usedCents', ledgerAccount: 'card-receivables', sign: 1 },
  loans: { field: 'outstandingCents', ledgerAccount: 'loans-receivable', sign: 1 },
};

/** Cents by `<account of the chart> <currency>`; no zeros. */
type Balances = ReadonlyMap<string, number>;

const summed = (amounts: Iterable<readonly [key: string, cents: number]>): Balances => {
  const sums: Sums = new Map();
  for (const [key, cents] of amounts) addTo(sums, key, cents);
  return new Map([...sums].filter(([, cents]) => cents !== 0));
};

/** Sums the balances that accounts, cards and loans have stored, until a time that is fixed once. */
export const storedBalances = () => {
  const ofStream = new Map<string, number>();
  const changes: Sums = new Map();
  let last: string | undefined;
  let until: string | undefined;
  return {
    add: ({ service, stream, at, data }: AuditedEvent): void => {
      if (until === undefined && (last === undefined || at > last)) last = at;
      const stored = STORED[service];
      const balance = stored && data[stored.field];
      if (typeof balance !== 'number') return;
      const of = `${service} ${stream}`;
      const change = stored!.sign * (balance - (ofStream.get(of) ?? 0));
      ofStream.set(of, balance);
      if (until !== undefined && at > until) return;
      addTo(changes, `${stored!.ledgerAccount} ${String(data['currency'])}`, change);
    },
    /** The time of the last event so far: later events do not count. Undefined without any. */
    fix: (): string | undefined => (until ??= last),
    balances: (): Balances => summed(changes),
  };
};
type StoredBalances = ReturnType<typeof storedBalances>;

/** Adds up entries and finds those that are not balanced. */
const entrySums = () => {
  const amounts: Sums = new Map();
  const unbalanced: string[] = [];
  let entries = 0;
  return {
    add: ({ entry, currency, postings }: JournalEntry): void => {
      entries += 1;
      const sum = sumOf(postings.map(({ amountCents }) => amountCents));
      if (sum !== 0) unbalanced.push(`entry ${entry} sums to ${sum} cents ${currency}`);
      for (const { ledgerAccount, amountCents } of postings)
        addTo(amounts, `${ledgerAccount} ${currency}`, amountCents);
    },
    entries: (): number => entries,
    unbalanced: (): readonly string[] => unbalanced,
    balances: (): Balances => summed(amounts),
  };
};
type EntrySums = ReturnType<typeof entrySums>;

const differences = (
  found: Balances,
  expected: Balances,
  inWords: (key: string, found: number, expected: number) => string,
): readonly string[] =>
  [...new Set([...found.keys(), ...expected.keys()])].flatMap((key) => {
    const [one, other] = [found.get(key) ?? 0, expected.get(key) ?? 0];
    return one === other ? [] : [inWords(key, one, other)];
  });

/**
 * What is wrong with the journal at one time, in words. With every entry balanced, the trial balance is 0 at every
 * position of the feeds.
 */
export const journalProblems = (
  entries: EntrySums,
  trialBalance: TrialBalance,
  stored: Balances,
): readonly string[] => {
  const posted = entries.balances();
  const ofTrial = summed(
    trialBalance.currencies.flatMap(({ currency, accounts }) =>
      accounts.map(
        ({ ledgerAccount, balanceCents }) => [`${ledgerAccount} ${currency}`, balanceCents] as const,
      ),
    ),
  );
  const owned = new Set(Object.values(STORED).map(({ ledgerAccount }) => ledgerAccount as string));
  const ofOwners = new Map([...posted].filter(([key]) => owned.has(key.split(' ')[0]!)));
  return [
    ...entries.unbalanced(),
    ...trialBalance.currencies
      .filter(({ sumCents }) => sumCents !== 0)
      .map(({ currency, sumCents }) => `the trial balance sums to ${sumCents} cents ${currency}`),
    ...differences(
      ofTrial,
      posted,
      (key, found, expected) => `the trial balance has ${found} cents in ${key}, and the entries ${expected}`,
    ),
    ...differences(
      ofOwners,
      stored,
      (key, found, expected) =>
        `the journal has ${found} cents in ${key}, and the owners have stored ${expected}`,
    ),
  ];
};

/** Reads all entries of the journal, or those until a time. */
export const readEntries = async (get: Get, until?: string): Promise<EntrySums> => {
  const sums = entrySums();
  const query = new URLSearchParams({ limit: '100' });
  if (until !== undefined) query.set('to', new Date(Date.parse(until) + 1).toISOString());
  for (let more = true; more;) {
    const page = await getOk<ResponseOf<'listJournalEntries'>>(get, `/api/journal?${query.toString()}`);
    for (const entry of page.entries) sums.add(entry);
    more = page.next !== undefined;
    if (more) query.set('cursor', page.next!);
  }
  return sums;
};

/** Compares the journal with its trial balance and with what accounts, cards and loans have stored at the same time. */
export const auditJournal = async (
  get: Get,
  stored: StoredBalances,
  /** Reads on in the chains after a pause. */
  readOn: () => Promise<void>,
): Promise<CheckResult> => {
  const found = findings();
  const until = stored.fix();
  if (until === undefined) return found.result('the journal', '0 entries');
  const path = `/api/journal/trial-balance?at=${encodeURIComponent(until)}`;
  for (let comparison = 1; ; comparison += 1) {
    const entries = await readEntries(get, until);
    const trialBalance = await getOk<TrialBalance>(get, path);
    const problems = journalProblems(entries, trialBalance, stored.balances());
    if (problems.length > 0 && comparison < READS) {
      await readOn();
      continue;
    }
    for (const problem of problems) found.add(problem);
    return found.result('the journal', `${entries.entries()} entries`);
  }
};
