import { journalProblems, readEntries, storedBalances } from '@bankside/audit';
import type { ApiClient } from '@bankside/client';
import type { TrialBalance } from '@bankside/contracts/http';
import type { StoredEvents } from '../stored-events';

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
