import { stateMigrations } from '@bankside/dapr/migrations';
import type { Commit } from '@bankside/kernel';
import { Pool, type ClientBase } from 'pg';
import type { EventEnvelope } from '@bankside/contracts';
import type { PublicationMap } from '../src/outbox-reader';
import { feedMigrations } from '../src/migrations';
import { relayLease } from '../src/relay';

// Stand-ins for the event store that writes to Dapr's `state` table.

/** A pool that survives the killing of its connections. */
export const openPool = (connectionString: string, max = 10): Pool =>
  new Pool({ connectionString, max }).on('error', () => undefined);

/** The owner of the feeds that `feedOf` reads. */
export const SOURCE = 'accounts';

/** What a service that publishes has in its database. */
export const ownerSets = [stateMigrations, feedMigrations];

export const commitOf = (
  stream: string,
  revision: number,
  amounts: readonly number[] = [revision],
): Commit => ({
  stream,
  revision,
  events: amounts.map((amountCents) => ({ type: 'MoneyDeposited', version: 1, data: { amountCents } })),
  commandId: `${stream}/${revision}`,
  at: '2026-01-01T00:00:00.000Z',
});

export const append = async (to: Pool | ClientBase, ...commits: readonly Commit[]): Promise<void> => {
  for (const { stream, revision, ...stored } of commits) {
    const key = `s/${stream}/${String(revision).padStart(10, '0')}`;
    await to.query('insert into state (key, value) values ($1, $2)', [
      key,
      Buffer.from(JSON.stringify(stored)),
    ]);
  }
};

export const deposits: PublicationMap = (_, { data }) => ({ type: 'accounts.money-deposited.v1', data });

/** The feed of a partition as the database stores it. */
export const feedOf = async (pool: Pool, partition = 0): Promise<readonly EventEnvelope[]> => {
  const { rows } = await pool.query<{ event: EventEnvelope }>(
    'select feed_event(f, $2)::json as event from feed f where partition = $1 order by position',
    [partition, SOURCE],
  );
  return rows.map(({ event }) => event);
};

/** Terminates the connection that leads a partition, like `kill -9` of its process. */
export const killLeader = async (pool: Pool, partition = 0): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
     and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0) and granted and database = (select oid from pg_database where datname = current_database())`,
    [relayLease(partition)],
  );
  return rowCount === 1;
};

/** Terminates every other connection to the database. */
export const killAll = async (pool: Pool): Promise<void> => {
  await pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()',
  );
};

/** Waits for a condition; the error names the one that did not become true. */
export const until = async (condition: () => Promise<boolean>, timeoutMs: number): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
