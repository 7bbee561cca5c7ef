import { amountOf, textOf, type AuditedEvent } from '@bankside/audit';
import { rowsOf } from '@bankside/tools';
import type { CommandKind, HistoryEntry } from '../command-history';
import { linearizabilityProblems } from '../histories/linearizability';
import { moneyReadProblems, type TotalsPrefix } from '../histories/money-reads';
import type { Observation, Versions } from '../histories/observation';
import { orderStateProblems } from '../histories/order-states';
import { sessionProblems } from '../histories/sessions';
import { timeTravelProblems } from '../histories/time-travel';
import { accountsIn, type Seen } from '../observed';
import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';
import { keyOf } from './responses';

/** The field of a response with the id that a saga gives the movements of its money. */
const MOVED_BY = ['transferId', 'paymentId', 'repaymentId'] as const;

type Written = Readonly<{ stream: string; revision: number }>;

/** Commands that change nothing when the account is in the state already; their response names the revision that they saw. */
const MAY_CHANGE_NOTHING: ReadonlySet<CommandKind> = new Set(['freeze-account', 'unfreeze-account']);

/** The commits of accounts that a saga made between the start and the end of its call, by the id in the response. */
const movementsOf = (events: StoredEvents): ReadonlyMap<string, readonly Written[]> =>
  groupBy(events.of('MoneyWithdrawn', 'MoneyDeposited'), (event) =>
    textOf(event, event.type === 'MoneyWithdrawn' ? 'withdrawalId' : 'depositId'),
  );

/**
 * The accounts that accepted commands wrote. The token of a response names their revisions; without a token, as in the
 * response to a repeat, they are those of the movements that the call made.
 */
const writesIn = (entries: readonly HistoryEntry[], events: StoredEvents): readonly Observation[] => {
  const movements = movementsOf(events);
  const changed = groupBy(events.of('AccountFrozen', 'AccountUnfrozen'), keyOf);
  return entries.flatMap(({ command, outcome, token, begunMs, endedMs, response, key }): Observation[] => {
    if (outcome !== 'accepted') return [];
    const named = accountsIn(token);
    const moved = MOVED_BY.flatMap((field) => movements.get(String(response[field])) ?? []);
    const written = new Map<string, Written>([...moved, ...named].map((one) => [one.stream, one]));
    const { ifRevision, client = `load ${key}` } = command;
    const balance = response['balanceCents'];
    const isRead = MAY_CHANGE_NOTHING.has(command.kind) && !changed.has(key);
    return [...written.values()].map(({ stream, revision }) => ({
      client,
      register: stream,
      action: isRead ? 'read' : 'write',
      begunMs,
      endedMs,
      revision,
      ...(typeof balance === 'number' && { value: balance }),
      ...(ifRevision !== undefined && { known: ifRevision, conditional: true }),
    }));
  });
};

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
      // What arrives by a transfer was counted as spent when it left.
      return 'transferId' in event.data
        ? { inCents, spentCents: spentCents - amountOf(event, 'amountCents') }
        : { inCents: inCents + amountOf(event, 'amountCents'), spentCents };
    case 'MoneyWithdrawn':
      return { inCents, spentCents: spentCents + amountOf(event, 'amountCents') };
    case 'WithdrawalCancelled':
    case 'RefundCredited':
      return { inCents, spentCents: spentCents - amountOf(event, 'amountCents') };
    default:
      return before;
  }
};

/** The totals after each event of the accounts' feed, which has the published events of a commit in their order. */
const totalsInFeed = async (events: StoredEvents, databaseUrl: string): Promise<readonly TotalsPrefix[]> => {
  const stored = new Map(
    [
      ...groupBy(
        events.all.filter(({ service }) => service === 'accounts'),
        ({ stream, revision }) => `${stream}@${revision}`,
      ),
    ].map(([commit, group]) => [commit, [...group]]),
  );
  const feed = await rowsOf<FeedRow>(databaseUrl, 'select stream, revision from feed order by position');
  let totals: TotalsPrefix = { inCents: 0, spentCents: 0 };
  return [
    totals,
    ...feed.flatMap(({ stream, revision }) => {
      const event = stored.get(`${stream}@${revision}`)?.shift();
      return event ? [(totals = totalsAfter(totals, event))] : [];
    }),
  ];
};

/** Every observation of an account, by readers and by writers. */
export const observationsOf = (
  seen: Seen,
  entries: readonly HistoryEntry[],
  events: StoredEvents,
): readonly Observation[] => [...seen.accounts, ...writesIn(entries, events)];

/** What clients saw while the system was under load, which its final state cannot show. */
export const historyChecks = (
  seen: Seen,
  entries: readonly HistoryEntry[],
  events: StoredEvents,
  accountsUrl: string,
) => {
  const observed = observationsOf(seen, entries, events);
  const versions = balances(events);
  return {
    'each account is linearizable': () => linearizabilityProblems(observed, versions),
    'sessions read their writes and go forward': () => sessionProblems(observed, versions),
    'no read shows money that does not exist': async () =>
      moneyReadProblems(seen.money, await totalsInFeed(events, accountsUrl)),
    'the past of an account is a prefix of its commits': () =>
      timeTravelProblems(
        seen.past,
        events.all.filter(({ service }) => service === 'accounts'),
        versions,
      ),
    'orders move only along their states': () => orderStateProblems(seen.orders),
  };
};
