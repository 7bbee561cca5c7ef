import {
  amountOf,
  journalProblems,
  readEntries,
  storedBalances,
  textOf,
  type ResponseOf,
} from '@bankside/audit';
import type { ApiClient } from '@bankside/client';
import type { TrialBalance } from '@bankside/contracts/http';
import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';

/** The sign and the amount of each event that moves cash at a desk. */
const AT_A_DESK: Readonly<Record<string, readonly [sign: 1 | -1, field: string]>> = {
  MoneyDeposited: [1, 'amountCents'],
  MoneyWithdrawn: [-1, 'amountCents'],
  WithdrawalCancelled: [1, 'amountCents'],
  LoanGranted: [-1, 'totalCents'],
  LoanRepaid: [1, 'amountCents'],
};

/** What the journal has of a cash desk. */
const cashAt = async (api: ApiClient, desk: string): Promise<number> => {
  let cents = 0;
  for (let cursor = ''; ;) {
    const path = `/api/journal?reference=${desk}&limit=100${cursor}`;
    const { status, body } = await api.get(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    const page = body as unknown as ResponseOf<'listJournalEntries'>;
    for (const { ledgerAccount, amountCents } of page.entries.flatMap(({ postings }) => postings))
      if (ledgerAccount === 'cash') cents += amountCents;
    if (page.next === undefined) return cents;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
};

/** The journal has in each cash desk what was paid in there, less what was paid out. */
export const deskProblems = async (api: ApiClient, events: StoredEvents): Promise<readonly string[]> => {
  const moved = events.of(...Object.keys(AT_A_DESK)).filter(({ data }) => 'cashDesk' in data);
  const problems: string[] = [];
  for (const [desk, group] of groupBy(moved, (event) => textOf(event, 'cashDesk'))) {
    const expected = group.reduce((sum, event) => {
      const [sign, field] = AT_A_DESK[event.type]!;
      return sum + sign * amountOf(event, field);
    }, 0);
    const found = await cashAt(api, desk);
    if (found !== expected)
      problems.push(`the journal has ${found} cents at the cash desk ${desk}, not ${expected}`);
  }
  return problems;
};

/**
 * Every entry of the journal is balanced, the trial balance is their sum and equals what accounts, cards and loans have
 * stored, and nothing is in transit, because every saga has ended.
 */
export const ledgerProblems = async (api: ApiClient, events: StoredEvents): Promise<readonly string[]> => {
  const stored = storedBalances();
  for (const event of events.all) stored.add(event);
  const entries = await readEntries((path) => api.get(path));
  const { status, body } = await api.get('/api/journal/trial-balance');
  if (status !== 200) throw new Error(`GET /api/journal/trial-balance: ${status} ${JSON.stringify(body)}`);
  const trialBalance = body as unknown as TrialBalance;
  return [
    ...journalProblems(entries, trialBalance, stored.balances()),
    ...trialBalance.currencies.flatMap(({ currency, accounts }) =>
      accounts
        .filter(
          ({ ledgerAccount, balanceCents }) => ledgerAccount === 'payments-in-transit' && balanceCents !== 0,
        )
        .map(({ balanceCents }) => `${balanceCents} cents ${currency} are still in transit`),
    ),
  ];
};
