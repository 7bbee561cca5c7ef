import type { ApiClient } from '@bankside/client';
import { amount, rowsOf, type Facts } from '../facts';
import type { Positions } from './feeds';

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

const answered = async (api: ApiClient, path: string): Promise<Readonly<Record<string, unknown>>> => {
  const { status, body } = await api.get(path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};

type PositionRow = Readonly<{ source: string; partition: number; position: string }>;

/** Services that have not yet read everything of others. */
export const behind = async (readers: Databases, heads: Positions): Promise<readonly string[]> => {
  const each = await Promise.all(
    readers.map(async ([name, url]) => {
      const [table] = await rowsOf<{ there: boolean }>(
        url,
        `select to_regclass('consumer_position') is not null as there`,
      );
      if (!table?.there) return [];
      const rows = await rowsOf<PositionRow>(
        url,
        'select source, partition, position from consumer_position',
      );
      return rows
        .filter(({ source, partition, position }) => Number(position) !== heads.get(`${source}/${partition}`))
        .map(({ source, partition, position }) => `${name} is at ${position} of ${source}/${partition}`);
    }),
  );
  return each.flat();
};

type Listed = Readonly<{ name: string; state: string; rebuild?: object; deadLetters: number }>;

const views = async (api: ApiClient): Promise<readonly Listed[]> =>
  (await answered(api, '/api/projections'))['projections'] as readonly Listed[];

/** Views that are not where the feeds are, or are being made anew. */
export const unsettledViews = async (api: ApiClient): Promise<readonly string[]> =>
  (await views(api))
    .filter(({ state, rebuild }) => state !== 'current' || rebuild !== undefined)
    .map(({ name, state, rebuild }) => `view ${name} is ${rebuild === undefined ? state : 'being rebuilt'}`);

/** Each view is the fold of all events. */
export const viewProblems = async (api: ApiClient): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const { name } of await views(api)) {
    const audit = await answered(api, `/api/projections/${name}/audit`);
    if (audit['equal'] !== true)
      problems.push(`view ${name} is not the fold of its events: ${JSON.stringify(audit)}`);
  }
  return problems;
};

/** What the view of the whole bank says is what the services' own events say. */
export const totalProblems = async (api: ApiClient, facts: Facts): Promise<readonly string[]> => {
  const sum = (field: string, ...types: readonly string[]): number =>
    facts.of(...types).reduce((total, fact) => total + amount(fact, field), 0);
  const spent = sum('amountCents', 'MoneyWithdrawn') - sum('amountCents', 'WithdrawalCancelled');
  const moneyIn = sum('amountCents', 'MoneyDeposited');
  const charged = sum('amountCents', 'CardCharged') - sum('amountCents', 'ChargeCancelled');
  const expected: Readonly<Record<string, number>> = {
    moneyInCents: moneyIn,
    moneySpentCents: spent,
    moneyHeldCents: moneyIn - spent,
    'cards.owedCents': charged - sum('amountCents', 'CardPaid'),
    'loans.repaidCents': sum('amountCents', 'LoanRepaid'),
    'orders.placed': facts.of('OrderPlaced').length,
    'orders.confirmedCents': sum('totalCents', 'OrderConfirmed'),
    'payments.capturedCents': sum('amountCents', 'PaymentCaptured'),
  };
  const totals = await answered(api, '/api/bank-totals/EUR');
  const found = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], totals);
  return Object.entries(expected)
    .filter(([path, cents]) => found(path) !== cents)
    .map(([path, cents]) => `bank-totals says ${path} ${String(found(path))}, the services' events ${cents}`);
};

/** Nothing was put aside as impossible to apply, by a view or a service. */
export const letterProblems = async (api: ApiClient, readers: Databases): Promise<readonly string[]> => {
  const { letters } = (await answered(api, '/api/dead-letters')) as { letters: readonly object[] };
  const each = await Promise.all(
    readers.map(async ([name, url]) => {
      const [table] = await rowsOf<{ there: boolean }>(
        url,
        `select to_regclass('dead_letter') is not null as there`,
      );
      if (!table?.there) return [];
      const rows = await rowsOf<{ stream: string; reason: string }>(
        url,
        `select stream, reason from dead_letter where state in ('poison', 'held')`,
      );
      return rows.map(({ stream, reason }) => `${name} put an event of ${stream} aside: ${reason}`);
    }),
  );
  return [...letters.map((letter) => `a view put aside ${JSON.stringify(letter)}`), ...each.flat()];
};

type Copy = Readonly<{
  customer_id: string;
  active: boolean;
  name: string | null;
  mobile_number: string | null;
}>;

/** Every copy of a customer is what the owner says, also of those who were forgotten. */
export const copyProblems = async (
  api: ApiClient,
  readers: Databases,
  customerIds: readonly string[],
): Promise<readonly string[]> => {
  const owners = new Map<string, string>();
  for (const id of customerIds) {
    const { name = null, mobileNumber = null, status } = await answered(api, `/api/customers/${id}`);
    owners.set(id, JSON.stringify([status === 'active', name, mobileNumber]));
  }
  const problems: string[] = [];
  for (const [service, url] of readers) {
    const [table] = await rowsOf<{ there: boolean }>(
      url,
      `select to_regclass('customer_replica') is not null as there`,
    );
    if (!table?.there) continue;
    const rows = await rowsOf<Copy>(
      url,
      'select customer_id, active, name, mobile_number from customer_replica',
    );
    const copies = new Map(
      rows.map((row) => [row.customer_id, JSON.stringify([row.active, row.name, row.mobile_number])]),
    );
    for (const [id, owner] of owners)
      if (copies.get(id) !== owner)
        problems.push(`${service} has customer ${id} as ${copies.get(id)}, customers as ${owner}`);
  }
  return problems;
};

type Page = Readonly<{ problems: readonly Readonly<{ stream: string; problem: string }>[]; next?: number }>;

/** The services' own audit: every state is the fold of its commits, and keeps its rules. */
export const auditProblems = async (
  api: ApiClient,
  services: readonly string[],
): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const service of services)
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = (await answered(api, `/api/audit/${service}?after=${after}`)) as unknown as Page;
      problems.push(...page.problems.map(({ stream, problem }) => `${service}, ${stream}: ${problem}`));
      after = page.next;
    }
  return problems;
};
