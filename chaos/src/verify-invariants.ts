import { crossServiceAudit, textOf } from '@bankside/audit';
import type { ApiClient } from '@bankside/client';
import { responseProblems } from './checks/responses';
import { historyChecks } from './checks/histories';
import { feedProblems } from './checks/feeds';
import { deskProblems, ledgerProblems } from './checks/ledger';
import { moneyProblems } from './checks/money';
import {
  auditProblems,
  chainProblems,
  replicaProblems,
  deadLetterProblems,
  totalProblems,
  viewProblems,
} from './checks/readers';
import { sagaProblems } from './checks/sagas';
import { stockProblems } from './checks/stock';
import { limitProblems, statementProblems, transferLines } from './checks/transfers';
import type { StoredEvents } from './stored-events';
import type { CommandHistory } from './command-history';
import type { Seen } from './observed';

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

type InvariantInputs = Readonly<{
  events: StoredEvents;
  history: CommandHistory;
  /** What clients saw while the system was under load. */
  seen: Seen;
  operator: ApiClient;
  owners: Databases;
  readers: Databases;
  /** Work that was still pending after the timeout. */
  pending: readonly string[];
  /** How much the transfers of a day from one account may sum to. */
  transferLimitCents: number;
  /** Processes that never became ready again. */
  lost: readonly string[];
}>;

/** Nothing is under way any more, so that all services must agree. */
const disagreements = (events: StoredEvents): readonly string[] => {
  const audit = crossServiceAudit();
  for (const event of events.all) audit.add(event);
  return audit.unsettled().map(({ problem, last }) => `${problem} (last event: ${last})`);
};

/** Runs every check, by name. A check that throws counts as a violation. */
export const verifyInvariants = async (
  { events, history, seen, operator, owners, readers, pending, lost, transferLimitCents }: InvariantInputs,
  log: (line: string) => void,
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const customers = events.of('CustomerRegistered').map((event) => textOf(event, 'customerId'));
  const checks: Readonly<Record<string, () => Promise<readonly string[]> | readonly string[]>> = {
    'the system reaches quiescence': () => [...lost, ...pending],
    'every accepted command took effect once': () => responseProblems(history.entries(), events),
    'a repeat gets the first response': () => history.conflictingAnswers(),
    'money is conserved': () => moneyProblems(events),
    'stock equals its events and is never negative': () => stockProblems(events),
    'every saga has ended': () => sagaProblems(operator),
    'services agree on orders, payments, transfers, loans and changes of numbers': () =>
      disagreements(events),
    'every transfer is in both statements or in neither': async () =>
      statementProblems(events, await transferLines(operator, events)),
    'no account exceeds its limit of transfers': () => limitProblems(events, transferLimitCents),
    'every state is the fold of its commits': () =>
      auditProblems(
        operator,
        owners.map(([name]) => name),
      ),
    'every chain holds, has the heads that consumers keep, and every commit is in its story': () =>
      chainProblems(operator),
    'feeds are complete': () => feedProblems(owners),
    'replicas equal their owners': () => replicaProblems(operator, readers, customers),
    'every view is the fold of its feeds': () => viewProblems(operator),
    'totals are the sums of the events': () => totalProblems(operator, events),
    'the journal balances and agrees with accounts, cards and loans': () => ledgerProblems(operator, events),
    'each cash desk has what was paid in less what was paid out': () => deskProblems(operator, events),
    ...historyChecks(seen, history.entries(), events, new Map(owners).get('accounts')!),
    'no dead letter is open': () => deadLetterProblems(operator),
  };
  const problems: Record<string, readonly string[]> = {};
  for (const [name, check] of Object.entries(checks)) {
    log(`checking: ${name}`);
    problems[name] = await Promise.resolve()
      .then(check)
      .catch((error: Error) => [`the check failed: ${error.message}`]);
  }
  return problems;
};
