import { createServiceDatabase } from '@bankside/tools';
import type { Pool } from 'pg';
import { relay, type Relay } from './relay';
import { append, commitOf, deposits, feedOf, openPool, ownerSets, until } from '../testing/database';

let pool: Pool;
let running: Relay;

beforeAll(async () => {
  pool = openPool((await createServiceDatabase('grants', ownerSets)).url);
  running = relay({
    pool,
    source: 'accounts',
    map: deposits,
    publish: async () => undefined,
    partitions: 1,
    onError: () => undefined,
  });
  await append(pool, commitOf('a', 1));
  await until(async () => (await feedOf(pool)).length === 1, 30_000);
});
afterAll(async () => {
  await running.stop();
  await pool.end();
});

/** Statements that a holder of the service's password could try. */
const ATTEMPTS: readonly (readonly [statement: string, reason: string])[] = [
  [`update feed set body = '{}'`, 'permission denied for table feed'],
  ['delete from feed', 'permission denied for table feed'],
  ['truncate feed', 'permission denied for table feed'],
  ['drop table feed', 'must be owner of table feed'],
  ['alter table feed drop column at', 'must be owner of table feed'],
  [
    `insert into feed select * from feed on conflict (partition, position) do update set body = '{}'`,
    'permission denied for table feed',
  ],
  ['insert into feed select * from feed', 'duplicate key'],
  [`update feed_chain set hash = ''`, 'permission denied for table feed_chain'],
  ['delete from feed_chain', 'permission denied for table feed_chain'],
  ['truncate feed_chain', 'permission denied for table feed_chain'],
  ['drop table feed_chain', 'must be owner of table feed_chain'],
  ['insert into outbox values (0, 1)', 'permission denied for table outbox'],
  ['update outbox set row_id = 1', 'permission denied for table outbox'],
  ['truncate outbox', 'permission denied for table outbox'],
  ['delete from feed_head', 'permission denied for table feed_head'],
  ['insert into feed_head values (1, 0)', 'permission denied for table feed_head'],
  ['update feed_published set partition = 1', 'permission denied for table feed_published'],
  ['drop trigger feed_outbox on state', 'must be owner'],
  ['alter table state disable trigger feed_outbox', 'must be owner'],
  [
    `create or replace function feed_outbox() returns trigger language plpgsql as 'begin return null; end'`,
    'permission denied for schema public',
  ],
  [
    `create or replace function feed_partition(key text) returns int language sql as 'select 7'`,
    'permission denied for schema public',
  ],
  // With a table of its own, a role could otherwise have the trigger's function write to the outbox.
  [
    `create table dapr.mine (key text, row_id bigint);
     create trigger mine after insert on dapr.mine referencing new table as inserted
       for each statement execute function feed_outbox()`,
    'permission denied for function feed_outbox',
  ],
];

describe("with the service's password", () => {
  it.each(ATTEMPTS)('%s is rejected', async (statement, reason) => {
    const before = await feedOf(pool);
    expect(before).toHaveLength(1);
    await expect(pool.query(statement)).rejects.toThrow(reason);
    expect(await feedOf(pool)).toEqual(before);
  });

  it('the relay still feeds', async () => {
    await append(pool, commitOf('a', 2));
    running.notify();
    await until(async () => (await feedOf(pool)).length === 2, 30_000);
    expect((await running.stats())[0]).toMatchObject({ outboxDepth: 0, head: 2 });
  });
});
