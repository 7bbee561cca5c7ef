import type { ApiClient } from '@bankside/client';
import { answerProblems } from './checks/answers';
import { feedProblems } from './checks/feeds';
import { moneyProblems } from './checks/money';
import { auditProblems, copyProblems, letterProblems, totalProblems, viewProblems } from './checks/readers';
import { sagaProblems } from './checks/sagas';
import { stockProblems } from './checks/stock';
import { text, type Facts } from './facts';
import type { Ledger } from './ledger';

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

export type Reckoned = Readonly<{
  facts: Facts;
  book: Ledger;
  operator: ApiClient;
  owners: Databases;
  readers: Databases;
  /** What did not come to rest. */
  restless: readonly string[];
  /** Processes that did not come back. */
  lost: readonly string[];
}>;

/** Everything that must be true in the end, by name. */
export const reckon = async (
  { facts, book, operator, owners, readers, restless, lost }: Reckoned,
  say: (line: string) => void,
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const customers = facts.of('CustomerRegistered').map((fact) => text(fact, 'customerId'));
  const checks: Readonly<Record<string, () => Promise<readonly string[]> | readonly string[]>> = {
    'all comes to rest': () => [...lost.map((name) => `${name} did not come back`), ...restless],
    'every answer is kept': () => answerProblems(book.entries(), facts),
    'a repeat gets the first answer': () => book.broken(),
    'money is conserved': () => moneyProblems(facts),
    'stock is right': () => stockProblems(facts),
    'sagas have ended': () => sagaProblems(operator, facts),
    'states are the fold of their commits': () =>
      auditProblems(
        operator,
        owners.map(([name]) => name),
      ),
    'feeds are complete': () => feedProblems(owners),
    'copies equal their owners': () => copyProblems(operator, readers, customers),
    'views are the fold of the feeds': () => viewProblems(operator),
    'totals are the sums of the events': () => totalProblems(operator, facts),
    'nothing was put aside': () => letterProblems(operator, readers),
  };
  const problems: Record<string, readonly string[]> = {};
  for (const [name, check] of Object.entries(checks)) {
    say(`checking: ${name}`);
    problems[name] = await Promise.resolve()
      .then(check)
      .catch((error: Error) => [`it could not be checked: ${error.message}`]);
  }
  return problems;
};
