import type { ApiClient } from '@bankside/client';
import { amountOf, auditChains, auditStates, type CheckResult } from '@bankside/audit';
import { rowsOf } from '@bankside/tools';
import type { StoredEvents } from '../stored-events';
import type { FeedHeads } from './feeds';

type Databases = readonly (readonly [name: string, databaseUrl: string])[];

const getOk = async (api: ApiClient, path: string): Promise<Readonly<Record<string, unknown>>> => {
  const { status, body } = await api.get(path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};

type PositionRow = Readonly<{ source: string; partition: number; position: string }>;

/** Consumers whose checkpoint is behind the head of a feed. */
export const behind = async (readers: Databases, heads: FeedHeads): Promise<readonly string[]> => {
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
  (await getOk(api, '/api/projections'))['projections'] as readonly Listed[];

/** @throws Error if the system lists no views */
export const viewNames = async (api: ApiClient): Promise<readonly string[]> => {
  const names = (await views(api)).map(({ name }) => name);
  if (names.length === 0) throw new Error('GET /api/projections lists no views');
  return names;
};

/** Views that lag behind the feeds or are being rebuilt. */
export const unsettledViews = async (api: ApiClient): Promise<readonly string[]> =>
  (await views(api))
    .filter(({ state, rebuild }) => state !== 'current' || rebuild !== undefined)
    .map(({ name, state, rebuild }) => `view ${name} is ${rebuild === undefined ? state : 'being rebuilt'}`);

/** Each view equals the fold of all its events. */
export const viewProblems = async (api: ApiClient): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const { name } of await views(api)) {
    const audit = await getOk(api, `/api/projections/${name}/audit`);
    if (audit['equal'] !== true)
      problems.push(`view ${name} is not the fold of its events: ${JSON.stringify(audit)}`);
  }
  return problems;
};

/** The `bank-totals` view equals the sums of the services' stored events. */
export const totalProblems = async (api: ApiClient, events: StoredEvents): Promise<readonly string[]> => {
  const sum = (field: string, ...types: readonly string[]): number =>
    events.of(...types).reduce((total, event) => total + amountOf(event, field), 0);
  const refunded = (owner: string): number =>
    events
      .of('RefundCredited')
      .filter(({ service }) => service === owner)
      .reduce((total, event) => total + amountOf(event, 'amountCents'), 0);
  const cameBack = sum('amountCents', 'WithdrawalCancelled') + refunded('accounts');
  const received = events
    .of('MoneyDeposited')
    .reduce(
      (total, event) => ('transferId' in event.data ? total + amountOf(event, 'amountCents') : total),
      0,
    );
  const spent = sum('amountCents', 'MoneyWithdrawn') - cameBack - received;
  const moneyIn = sum('amountCents', 'MoneyDeposited') - received;
  const granted = sum('totalCents', 'LoanGranted') - sum('amountCents', 'LoanCancelled');
  const charged =
    sum('amountCents', 'CardCharged') - sum('amountCents', 'ChargeCancelled') - refunded('cards');
  const expected: Readonly<Record<string, number>> = {
    moneyInCents: moneyIn,
    moneySpentCents: spent,
    moneyHeldCents: moneyIn - spent,
    'cards.owedCents': charged - sum('amountCents', 'CardPaid'),
    'loans.repaidCents': sum('amountCents', 'LoanRepaid'),
    'loans.grantedCents': granted,
    'loans.outstandingCents': granted - sum('amountCents', 'LoanRepaid'),
    'orders.placed': events.of('OrderPlaced').length,
    'orders.confirmedCents': sum('totalCents', 'OrderConfirmed'),
    'payments.capturedCents': sum('amountCents', 'PaymentCaptured'),
    'payments.refundedCents': sum('amountCents', 'PaymentRefunded'),
  };
  const totals = await getOk(api, '/api/bank-totals/EUR');
  const found = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], totals);
  return Object.entries(expected)
    .filter(([path, cents]) => found(path) !== cents)
    .map(([path, cents]) => `bank-totals has ${path} ${String(found(path))}, the stored events ${cents}`);
};

type DeadLetters = readonly Readonly<{ service: string; status: string; deadLetters: readonly object[] }>[];

/** No consumer of any service has an open dead letter. */
export const deadLetterProblems = async (api: ApiClient): Promise<readonly string[]> => {
  const services = (await getOk(api, '/api/dead-letters'))['services'] as DeadLetters;
  if (services.length === 0) return ['no service lists its dead letters'];
  return services.flatMap(({ service, status, deadLetters }) => [
    ...(status === 'ok' ? [] : [`the dead letters of ${service} are ${status}`]),
    ...deadLetters.map((letter) => `${service} has the dead letter ${JSON.stringify(letter)}`),
  ]);
};

type ReplicaRow = Readonly<{
  customer_id: string;
  active: boolean;
  name: string | null;
  mobile_number: string | null;
}>;

/** Every replica of a customer equals its owner's data, also after the customer was forgotten. */
export const replicaProblems = async (
  api: ApiClient,
  readers: Databases,
  customerIds: readonly string[],
): Promise<readonly string[]> => {
  const owners = new Map<string, string>();
  for (const id of customerIds) {
    const { name = null, mobileNumber = null, status } = await getOk(api, `/api/customers/${id}`);
    owners.set(id, JSON.stringify([status === 'active', name, mobileNumber]));
  }
  const problems: string[] = [];
  for (const [service, url] of readers) {
    const [table] = await rowsOf<{ there: boolean }>(
      url,
      `select to_regclass('customer_replica') is not null as there`,
    );
    if (!table?.there) continue;
    const rows = await rowsOf<ReplicaRow>(
      url,
      'select customer_id, active, name, mobile_number from customer_replica',
    );
    const replicas = new Map(
      rows.map((row) => [row.customer_id, JSON.stringify([row.active, row.name, row.mobile_number])]),
    );
    for (const [id, owner] of owners)
      if (replicas.get(id) !== owner)
        problems.push(`${service} has customer ${id} as ${replicas.get(id)}, customers as ${owner}`);
  }
  return problems;
};

const problemsIn = ({ problems, count }: CheckResult): readonly string[] =>
  count > problems.length ? [...problems, `${count - problems.length} more`] : problems;

/** The services' own audit: every state equals the fold of its commits and satisfies its invariants. */
export const auditProblems = async (
  api: ApiClient,
  services: readonly string[],
): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const service of services)
    problems.push(...problemsIn(await auditStates((path) => api.get(path), service)));
  return problems;
};

/** Every hash chain equals the stored commits and the heads that consumers keep. */
export const chainProblems = async (api: ApiClient): Promise<readonly string[]> =>
  (await auditChains((path) => api.get(path))).flatMap(problemsIn);
