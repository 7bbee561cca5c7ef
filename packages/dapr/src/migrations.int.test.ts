import { createServiceDatabase, startSidecar, until, type Database, type TestSidecar } from '@bankside/tools';
import { Client } from 'pg';
import { stateMigrations } from './migrations';

const APP = 'state-grants';
const commit = 's/account-1/0000000001';

let database: Database;
let sidecars: readonly TestSidecar[];
let client: Client;

beforeAll(async () => {
  database = await createServiceDatabase('state', [stateMigrations]);
  const { url: databaseUrl } = database;
  // Two at once, as two replicas start: both look whether the tables are there.
  sidecars = await Promise.all(
    [`${APP}-1`, `${APP}-2`].map((appId) =>
      startSidecar({ appId, databaseUrl, stateStore: APP, cleanupInterval: '1s' }),
    ),
  );
  client = new Client({ connectionString: databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await Promise.all(sidecars.map((one) => one.stop()));
});

const call = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${sidecars[0]!.httpUrl}/v1.0/state/${APP}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const save = (key: string, value: unknown, more: object = {}) => call('POST', '', [{ key, value, ...more }]);
const path = (key: string) => `/${encodeURIComponent(key)}`;
const valueOf = async (key: string): Promise<unknown> => {
  const response = await call('GET', path(key));
  return response.status === 204 ? undefined : response.json();
};
const onlyOnce = { options: { concurrency: 'first-write' } };
const expiring = { metadata: { ttlInSeconds: '1' } };

describe('a sidecar whose role owns nothing', () => {
  it('inserts a commit once', async () => {
    expect((await save(commit, { n: 1 }, onlyOnce)).status).toBe(204);
    const again = await save(commit, { n: 2 }, onlyOnce);
    expect([again.status, await again.text()]).toEqual([500, expect.stringContaining('no item was updated')]);
    expect(await valueOf(commit)).toEqual({ n: 1 });
  });

  it('neither replaces nor deletes a commit', async () => {
    const final = `commit ${commit} is final`;
    for (const response of [await save(commit, { n: 2 }), await call('DELETE', path(commit))])
      expect([response.status, await response.text()]).toEqual([500, expect.stringContaining(final)]);
    expect(await valueOf(commit)).toEqual({ n: 1 });
  });

  it('stores no commit that expires', async () => {
    const response = await save('s/account-2/0000000001', { n: 1 }, expiring);
    expect([response.status, await response.text()]).toEqual([
      500,
      expect.stringContaining('commits_never_expire'),
    ]);
  });

  it('replaces and deletes a snapshot and a unique value', async () => {
    for (const key of ['n/account-1', 'u/mobile/1']) {
      await save(key, { n: 1 });
      expect((await save(key, { n: 2 })).status).toBe(204);
      expect(await valueOf(key)).toEqual({ n: 2 });
      expect((await call('DELETE', path(key))).status).toBe(204);
      expect(await valueOf(key)).toBeUndefined();
    }
  });

  it('deletes outcomes whose time is over, and lets them be written again', async () => {
    expect((await save('c/command-1', { n: 1 }, { ...onlyOnce, ...expiring })).status).toBe(204);
    await until(
      async () => {
        const { rowCount } = await client.query(`select from state where key = 'c/command-1'`);
        if (rowCount !== 0) throw new Error('it is still there');
      },
      { what: 'The cleanup', timeoutMs: 20_000 },
    );
    expect((await save('c/command-1', { n: 2 }, onlyOnce)).status).toBe(204);
  });

  it('starts again after kill -9', async () => {
    const [sidecar] = sidecars;
    const before = sidecar!.process.pid!;
    sidecar!.kill();
    await sidecar!.process.whenRestarted(before);
    expect(await valueOf(commit)).toEqual({ n: 1 });
  });

  it('has created nothing', async () => {
    const { rows } = await client.query(
      `select oid::regclass::text as name from pg_class where relowner = current_user::regrole`,
    );
    expect(rows).toEqual([]);
  });
});

/** Statements that a holder of the service's password could try. */
const ATTEMPTS: readonly (readonly [statement: string, reason: string])[] = [
  [`update state set value = 'x' where key = '${commit}'`, 'is final'],
  [`update state set expires_at = now() where key = '${commit}'`, 'is final'],
  [`update state set key = 's/account-9/0000000001' where key = 'n/account-9'`, 'permission denied'],
  [`update state set row_id = 0`, 'permission denied'],
  [`delete from state`, 'is final'],
  [`delete from state where key = '${commit}'`, 'is final'],
  [`merge into state using (select 1) as one on key = '${commit}' when matched then delete`, 'is final'],
  [
    `insert into state (key, value) values ('${commit}', 'x') on conflict (key) do update set value = 'x'`,
    'is final',
  ],
  [`insert into state (key, value, row_id) values ('s/account-9/0000000001', 'x', 1)`, 'permission denied'],
  [
    `insert into state (key, value, created_at) values ('s/account-9/0000000001', 'x', '2000-01-01')`,
    'permission denied',
  ],
  ['truncate state', 'permission denied'],
  ['drop table state', 'must be owner'],
  ['alter table state rename to gone', 'must be owner'],
  ['alter table state disable trigger commits_are_final', 'must be owner'],
  ['alter table state disable trigger all', 'must be owner'],
  ['alter table state drop constraint commits_never_expire', 'must be owner'],
  ['alter table state enable row level security', 'must be owner'],
  ['drop trigger commits_are_final on state', 'must be owner'],
  [
    'create trigger another before insert on state for each row execute function reject_commit_change()',
    'permission denied',
  ],
  ['create rule quiet as on insert to state do instead nothing', 'must be owner'],
  [
    `create or replace function reject_commit_change() returns trigger language plpgsql as 'begin return old; end'`,
    'permission denied',
  ],
  ['drop function reject_commit_change()', 'must be owner'],
  ['set session_replication_role = replica', 'permission denied'],
  ['set role postgres', 'permission denied'],
  ['create table public.mine ()', 'permission denied'],
  ['create temporary table state (key text)', 'permission denied'],
  ['create schema mine', 'permission denied'],
  ['create extension dblink', 'permission denied'],
  ['drop schema dapr cascade', 'must be owner'],
  ['alter schema public rename to gone', 'must be owner'],
  [`copy (select 1) to program 'true'`, 'permission denied'],
];

describe("with the service's password", () => {
  it.each(ATTEMPTS)('%s is rejected', async (statement, reason) => {
    await save('n/account-9', {});
    await expect(client.query(statement)).rejects.toThrow(reason);
    expect(await valueOf(commit)).toEqual({ n: 1 });
  });

  it('the role of the owner cannot be taken', async () => {
    const owner = new URL(database.ownerUrl).username;
    await expect(client.query(`set role ${owner}`)).rejects.toThrow('permission denied to set role');
    await expect(client.query(`grant ${owner} to current_user`)).rejects.toThrow('permission denied');
    await expect(client.query(`alter role ${owner} password 'x'`)).rejects.toThrow('permission denied');
  });
});
