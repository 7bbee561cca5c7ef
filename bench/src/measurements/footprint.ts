import { setTimeout as wait } from 'node:timers/promises';
import { rowsOf } from '@bankside/tools';
import { orderingClients } from '../fixtures/orders';
import { stopAtEnd } from '../fixtures/until-stopped';
import { cpuDuring } from '../fixtures/usage';
import { startWholeSystem, type WholeSystem } from '../fixtures/whole-system';
import type { Measurement, Results, Row, RunOptions } from '../harness/measurement';

const CLIENTS = 20;
const WARM_UP = 40;
const ORDERS = 300;
/** Until views have followed and PostgreSQL has counted its rows. */
const SETTLE_MS = 5_000;

const COUNTS = `
  select coalesce(sum(n_tup_ins), 0)::int as inserted, coalesce(sum(n_tup_upd), 0)::int as updated,
    coalesce(sum(n_tup_del), 0)::int as deleted, pg_database_size(current_database()) as bytes,
    to_regclass('feed_publication') is not null as publishes
  from pg_stat_user_tables`;
const MESSAGES = 'select count(*)::int as messages from feed_publication';
const WAL = `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as bytes`;

type Rows = Readonly<{
  inserted: number;
  updated: number;
  deleted: number;
  bytes: string;
  publishes: boolean;
}>;
type Counts = Rows & Readonly<{ messages: number }>;

const FIGURES: ReadonlyArray<readonly [figure: string, unit: string, of: (counts: Counts) => number]> = [
  ['rows inserted', 'an order', ({ inserted }) => inserted],
  ['rows updated', 'an order', ({ updated }) => updated],
  ['rows deleted', 'an order', ({ deleted }) => deleted],
  ['bytes in the database', 'KiB an order', ({ bytes }) => Number(bytes) / 1_024],
  ['broker messages', 'an order', ({ messages }) => messages],
];

const countsOf = async ({ addresses }: WholeSystem) => {
  const databases = Object.entries(addresses.services).flatMap(([name, { ownerDatabaseUrl }]) =>
    ownerDatabaseUrl === undefined ? [] : [[name, ownerDatabaseUrl] as const],
  );
  const counts = new Map<string, Counts>();
  for (const [name, url] of databases) {
    const [rows] = await rowsOf<Rows>(url, COUNTS);
    const [published] = rows!.publishes ? await rowsOf<Pick<Counts, 'messages'>>(url, MESSAGES) : [];
    counts.set(name, { ...rows!, messages: published?.messages ?? 0 });
  }
  const [log] = await rowsOf<Readonly<{ bytes: string }>>(addresses.postgresUrl, WAL);
  return { counts, logBytes: Number(log!.bytes) };
};

const measureFootprint = async ({ log }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  const { orderTimes } = await orderingClients(system, CLIENTS);
  log('warm-up');
  await orderTimes(WARM_UP);
  await wait(SETTLE_MS);
  const before = await countsOf(system);
  log(`${ORDERS} orders`);
  const { cpu } = await cpuDuring(system, async () => {
    await orderTimes(ORDERS);
    await wait(SETTLE_MS);
  });
  const after = await countsOf(system);
  const row = (subject: string, figure: string, unit: string, value: number): Row => ({
    subject,
    figure,
    unit,
    samples: [value / ORDERS],
  });
  const tables = FIGURES.flatMap(([figure, unit, of]) =>
    [...after.counts]
      .map(([name, counts]) => row(name, figure, unit, of(counts) - of(before.counts.get(name)!)))
      .filter(({ samples }) => samples[0]! > 0),
  );
  return {
    rows: [
      ...[...cpu].map(([part, ms]) => row(part, 'CPU time', 'ms an order', ms)),
      ...tables,
      row('all databases', 'write-ahead log', 'KiB an order', (after.logBytes - before.logBytes) / 1_024),
    ],
    notes: [
      `${ORDERS} orders of one line, paid from an account, ${CLIENTS} at once, with what views and other services do about them.`,
      'Rows and bytes by database, views in FerretDB excluded; the log includes them. Broker messages: publications, each delivered to every consuming service.',
    ],
  };
};

export const footprint: Measurement = {
  name: 'footprint',
  title: 'What one order costs: CPU time, rows, bytes and broker messages at each place',
  run: measureFootprint,
};
