import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './transaction';

/** Version of the tables, stored in the database. */
const VERSION = 1;
/** Advisory lock that serializes installations by several replicas. Any number that nothing else in the database uses. */
const INSTALL_LOCK = 4_826_301;

const TABLES = `
  create table if not exists feed_installation (version int not null, partitions int not null);
  create table if not exists outbox (
    partition int not null, row_id bigint not null, primary key (partition, row_id)
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  create table if not exists feed_head (partition int primary key, position bigint not null) with (fillfactor = 20);
  create table if not exists feed_published (partition int primary key, position bigint not null) with (fillfactor = 20);
  create table if not exists feed (
    partition int not null, position bigint not null, stream text not null, revision int not null,
    index int not null, type text not null, event json not null, at timestamptz not null,
    primary key (partition, position)
  );`;

/**
 * SQL for the partition of a commit's stream, from its key `s/<stream>/<10 digits>`. A stream never changes its partition:
 * md5 is the same in every release of PostgreSQL, and the number of partitions is part of the trigger.
 */
const partitionOf = (partitions: number): string =>
  partitions === 1
    ? '0'
    : `('x' || left(md5(substr(key, 3, length(key) - 13)), 7))::bit(28)::int % ${partitions}`;

const trigger = (partitions: number): string => `
  create or replace function feed_outbox() returns trigger language plpgsql as $$
  begin
    insert into outbox (partition, row_id)
      select ${partitionOf(partitions)}, row_id from inserted where key like 's/%';
    return null;
  end $$;
  create or replace trigger feed_outbox after insert on state
    referencing new table as inserted for each statement execute function feed_outbox();`;

const install = async (client: PoolClient, partitions: number): Promise<void> => {
  await client.query(TABLES);
  // Creating the trigger waits for open writers and blocks new ones until the commit: no row is missed or taken twice.
  await client.query(trigger(partitions));
  await client.query(
    `insert into outbox (partition, row_id) select ${partitionOf(partitions)}, row_id from state where key like 's/%'`,
  );
  const numbers = [partitions - 1];
  await client.query('insert into feed_head select n, 0 from generate_series(0, $1::int) as n', numbers);
  await client.query('insert into feed_published select n, 0 from generate_series(0, $1::int) as n', numbers);
  await client.query('insert into feed_installation values ($1, $2)', [VERSION, partitions]);
};

const installed = async (client: PoolClient): Promise<number | undefined> => {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('feed_installation') is not null as found`,
  );
  if (rows[0]?.found !== true) return undefined;
  const installation = await client.query<{ partitions: number }>('select partitions from feed_installation');
  return installation.rows[0]?.partitions;
};

/**
 * Creates the outbox, the feed and the trigger that fills the outbox, unless they exist. Puts commits that are older than
 * the feed into the outbox as well. Needs Dapr's table `state` and the rights of its owner.
 * @throws if the feed was installed with another number of partitions: a stream never changes its partition, because its
 * events would lose their order
 * @returns the number of partitions
 */
export const installFeed = (
  pool: Pool,
  { partitions = 1 }: Readonly<{ partitions?: number }> = {},
): Promise<number> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    const known = await installed(client);
    if (known !== undefined && known !== partitions)
      throw new Error(
        `The feed was installed with ${known} partition(s), and ${partitions} are configured. The number cannot change later: a stream would change its partition and lose the order of its events. Set feedPartitions back to ${known}.`,
      );
    if (known !== undefined) return known;
    await install(client, partitions);
    return partitions;
  });
