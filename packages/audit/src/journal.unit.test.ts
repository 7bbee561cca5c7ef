import type { JournalEntry } from '@bankside/contracts/http';
import type { LedgerAccount } from '@bankside/contracts/ledger';
import type { Get } from './api';
import { auditJournal, storedBalances } from './journal';
import type { AuditedEvent } from './audited-event';

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
const event = (service: string, second: number, data: object): AuditedEvent => ({
  service,
  stream: `${service}-1`,
  revision: second,
  commandId: 'c',
  at: at(second),
  type: 'Any',
  data: { currency: 'EUR', ...data },
});
const entry = (second: number, debit: LedgerAccount, credit: LedgerAccount, cents: number): JournalEntry => ({
  entry: `accounts/0/${second}`,
  at: at(second),
  event: 'accounts.money-deposited.v1',
  currency: 'EUR',
  references: [],
  postings: [
    { ledgerAccount: debit, amountCents: cents },
    { ledgerAccount: credit, amountCents: -cents },
  ],
});

const entries = [
  entry(1, 'cash', 'customer-deposits', 50),
  entry(2, 'card-receivables', 'payments-in-transit', 20),
  entry(3, 'cash', 'customer-deposits', 5),
  entry(4, 'loans-receivable', 'cash', 7),
];
const events = [
  event('accounts', 1, { balanceCents: 50 }),
  event('cards', 2, { usedCents: 20 }),
  event('accounts', 3, { balanceCents: 55 }),
  event('loans', 4, { outstandingCents: 7 }),
  event('payments', 4, { amountCents: 20 }),
];

/** The journal with these entries, two on a page. */
const apiOf =
  (all: readonly JournalEntry[], trial: readonly JournalEntry[] = all): Get =>
  async (path) => {
    const { pathname, searchParams } = new URL(path, 'http://gateway');
    if (pathname === '/api/journal') {
      const until = all.filter((one) => one.at < searchParams.get('to')!);
      const from = Number(searchParams.get('cursor') ?? 0);
      const body = {
        entries: until.slice(from, from + 2),
        ...(from + 2 < until.length && { next: String(from + 2) }),
      };
      return { status: 200, body };
    }
    const balances = new Map<LedgerAccount, number>();
    for (const { postings } of trial.filter((one) => one.at <= searchParams.get('at')!))
      for (const { ledgerAccount, amountCents } of postings)
        balances.set(ledgerAccount, (balances.get(ledgerAccount) ?? 0) + amountCents);
    const accounts = [...balances].map(([ledgerAccount, balanceCents]) => ({ ledgerAccount, balanceCents }));
    const sumCents = accounts.reduce((sum, { balanceCents }) => sum + balanceCents, 0);
    return {
      status: 200,
      body: { entries: trial.length, currencies: [{ currency: 'EUR', accounts, sumCents }] },
    };
  };

const audited = async (get: Get, stored = events, readOn: () => Promise<void> = async () => undefined) => {
  const balances = storedBalances();
  for (const one of stored) balances.add(one);
  return auditJournal(get, balances, readOn);
};

describe('the audit of the journal', () => {
  it('finds no problem when entries, trial balance and owners agree', async () =>
    expect(await audited(apiOf(entries))).toEqual({
      check: 'the journal',
      verified: '4 entries',
      problems: [],
      count: 0,
    }));

  it('compares at the time of the last event, although both sides move on', async () => {
    const balances = storedBalances();
    for (const one of events) balances.add(one);
    balances.fix();
    balances.add(event('accounts', 5, { balanceCents: 99 }));
    const moved = [...entries, entry(6, 'cash', 'customer-deposits', 1)];
    const result = await auditJournal(apiOf(moved), balances, async () => undefined);
    expect(result).toMatchObject({ verified: '4 entries', count: 0 });
  });

  it('waits for a journal that is behind', async () => {
    let reads = 0;
    const get: Get = (path) => apiOf(reads < 2 ? entries.slice(0, 3) : entries)(path);
    const readOn = async (): Promise<void> => void (reads += 1);
    expect(await audited(get, events, readOn)).toMatchObject({ count: 0 });
    expect(reads).toBe(2);
  });

  it('reports an entry that does not sum to 0', async () => {
    const bent = {
      ...entries[3]!,
      postings: [entries[3]!.postings[0]!, { ledgerAccount: 'cash' as const, amountCents: -6 }],
    };
    expect((await audited(apiOf([...entries.slice(0, 3), bent]))).problems).toEqual([
      'entry accounts/0/4 sums to 1 cents EUR',
      'the trial balance sums to 1 cents EUR',
    ]);
  });

  it('reports a trial balance that is not the sum of the entries', async () =>
    expect((await audited(apiOf(entries, entries.slice(0, 3)))).problems).toEqual([
      'the trial balance has 55 cents in cash EUR, and the entries 48',
      'the trial balance has 0 cents in loans-receivable EUR, and the entries 7',
    ]));

  it.each([
    ['accounts', { balanceCents: 60 }, '-55 cents in customer-deposits EUR, and the owners have stored -60'],
    ['cards', { usedCents: 25 }, '20 cents in card-receivables EUR, and the owners have stored 25'],
    ['loans', { outstandingCents: 9 }, '7 cents in loans-receivable EUR, and the owners have stored 9'],
  ])('reports what %s have stored and the journal lacks', async (service, data, problem) =>
    expect((await audited(apiOf(entries), [...events, event(service, 4, data)])).problems).toEqual([
      `the journal has ${problem}`,
    ]),
  );
});
