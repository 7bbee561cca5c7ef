import { amountOf, type AuditedEvent } from '@bankside/audit';
import { rowsOf } from '@bankside/tools';
import type { HistoryEntry } from '../command-history';
import { linearizabilityProblems } from '../histories/linearizability';
import { moneyReadProblems, type TotalsPrefix } from '../histories/money-reads';
import type { Observation, Versions } from '../histories/observation';
import { orderStateProblems } from '../histories/order-states';
import { sessionProblems } from '../histories/sessions';
import { accountIn, type Seen } from '../observers';
import { groupBy, type StoredEvents } from '../stored-events';

/** Every accepted command of the load that names the revision of an account which it wrote. */
const writesIn = (entries: readonly HistoryEntry[]): readonly Observation[] =>
  entries.flatMap(({ command, outcome, token, begunMs, endedMs, answer, key }): Observation[] => {
    const written = accountIn(token);
    if (outcome !== 'accepted' || !written) return [];
    const { ifRevision, client = `load ${key}` } = command;
    const balance = answer['balanceCents'];
    return [
      {
        client,
        register: written.stream,
        action: 'write',
        begunMs,
        endedMs,
        revision: written.revision,
        ...(typeof balance === 'number' && { value: balance }),
        ...(ifRevision !== undefined && { known: ifRevision, conditional: true }),
      },
    ];
  });

/** The balance of each account after each of its commits. */
const balances = (events: StoredEvents): Versions => {
  const accounts = events.all.filter(({ service }) => service === 'accounts');
  return new Map(
    [...groupBy(accounts, ({ stream }) => stream)].map(([stream, commits]) => {
      const versions = new Map<number, number>();
      let balance = 0;
      for (const event of commits.toSorted((a, b) => a.revision - b.revision)) {
        if ('balanceCents' in event.data) balance = amountOf(event, 'balanceCents');
        versions.set(event.revision, balance);
      }
      return [stream, versions] as const;
    }),
  );
};

type FeedRow = Readonly<{ stream: string; revision: number }>;

const totalsAfter = (before: TotalsPrefix, event: AuditedEvent): TotalsPrefix => {
  const { inCents, spentCents } = before;
  switch (event.type) {
    case 'MoneyDeposited':
      return { inCents: inCents + amountOf(event, 'amountCents'), spentCents };
    case 'MoneyWithdrawn':
      return { inCents, spentCents: spentCents + amountOf(event, 'amountCents') };
    case 'WithdrawalCancelled':
    case 'RefundCredited':
      return { inCents, spentCents: spentCents - amountOf(event, 'amountCents') };
    default:
      return before;
  }
};

/** The totals after each event of the accounts' feed. Each of their commits has one event. */
const totalsInFeed = async (events: StoredEvents, databaseUrl: string): Promise<readonly TotalsPrefix[]> => {
  const stored = new Map(
    events.all
      .filter(({ service }) => service === 'accounts')
      .map((event) => [`${event.stream}@${event.revision}`, event]),
  );
  const feed = await rowsOf<FeedRow>(databaseUrl, 'select stream, revision from feed order by position');
  let totals: TotalsPrefix = { inCents: 0, spentCents: 0 };
  return [
    totals,
    ...feed.flatMap(({ stream, revision }) => {
      const event = stored.get(`${stream}@${revision}`);
      return event ? [(totals = totalsAfter(totals, event))] : [];
    }),
  ];
};

/** Every observation of an account, by readers and by writers. */
export const observationsOf = (seen: Seen, entries: readonly HistoryEntry[]): readonly Observation[] => [
  ...seen.accounts,
  ...writesIn(entries),
];

/** What clients saw while the system was under load, which its final state cannot show. */
export const historyChecks = (
  seen: Seen,
  entries: readonly HistoryEntry[],
  events: StoredEvents,
  accountsUrl: string,
) => {
  const observed = observationsOf(seen, entries);
  const versions = balances(events);
  return {
    'each account is linearizable': () => linearizabilityProblems(observed, versions),
    'sessions read their writes and go forward': () => sessionProblems(observed, versions),
    'no read shows money that does not exist': async () =>
      moneyReadProblems(seen.money, await totalsInFeed(events, accountsUrl)),
    'orders move only along their states': () => orderStateProblems(seen.orders),
  };
};
