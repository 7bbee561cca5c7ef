import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServiceDatabase, sharedAddress, type Database } from '@bankside/tools';
import { Client } from 'pg';
import { migrate } from './migrate';
import { migrationSet, type MigrationSet } from './migration-set';

type Files = Readonly<Record<string, string>>;

const files: Files = {
  '0001_create.sql': 'create table thing (id int primary key); grant select, insert on thing to {service};',
  '0002_color.sql': `alter table thing add column color text not null default 'red'`,
  '0010_size.sql': "alter table thing add column size int; insert into thing values (1, 'blue', {size})",
};
const names = Object.keys(files);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bankside-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const setOf = (some: Files): MigrationSet => {
  for (const [name, sql] of Object.entries(some)) writeFileSync(join(folder, name), sql);
  return { name: 'things', folder };
};
const first = (count: number): Files => Object.fromEntries(Object.entries(files).slice(0, count));

const database = (): Promise<Database> => createServiceDatabase('migrations', []);
const run = ({ url, ownerUrl }: Database, ...sets: readonly MigrationSet[]) =>
  migrate({ ownerUrl, serviceUrl: url, sets, parameters: { size: 7 } });

const query = async (connectionString: string, sql: string): Promise<readonly object[]> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
};
const newest = [{ id: 1, color: 'blue', size: 7 }];

describe('migrating a database', () => {
  it.each([0, 1, 2, 3])('from file number %d brings it to the newest', async (count) => {
    const mine = await database();
    expect(await run(mine, setOf(first(count)))).toHaveLength(count);
    expect(await run(mine, setOf(files))).toEqual(
      names.slice(count).map((name) => `things/${name.replace('.sql', '')}`),
    );
    expect(await query(mine.url, 'select * from thing')).toEqual(newest);
  });

  it('runs each file once, however many migrators start at the same time', async () => {
    const mine = await database();
    const set = setOf(files);
    const ran = await Promise.all([1, 2, 3, 4, 5].map(() => run(mine, set)));
    expect(ran.flat()).toHaveLength(names.length);
    expect(await query(mine.url, 'select * from thing')).toEqual(newest);
  });

  it('undoes all of a file that fails, keeps those before it, and runs it once it is corrected', async () => {
    const mine = await database();
    const broken = 'create table other (id int); alter table missing add column size int';
    await expect(run(mine, setOf({ ...first(2), '0010_size.sql': broken }))).rejects.toThrow(
      'relation "missing" does not exist',
    );
    expect(await query(mine.ownerUrl, `select to_regclass('other') as other`)).toEqual([{ other: null }]);
    expect(await query(mine.ownerUrl, 'select name from migrations.things order by id')).toEqual([
      { name: '0001_create' },
      { name: '0002_color' },
    ]);
    expect(await run(mine, setOf(files))).toEqual(['things/0010_size']);
    expect(await query(mine.url, 'select * from thing')).toEqual(newest);
  });

  it('fails instead of blocking queries behind it, and runs once the lock is free', async () => {
    const mine = await database();
    await run(mine, setOf(first(1)));
    const reader = new Client({ connectionString: mine.url });
    await reader.connect();
    await reader.query('begin; select * from thing');
    await expect(run(mine, setOf(first(2)))).rejects.toThrow('lock timeout');
    await reader.end();
    expect(await run(mine, setOf(first(2)))).toEqual(['things/0002_color']);
  });

  it('runs a statement that cannot run in a transaction', async () => {
    const mine = await database();
    const index = '-- no transaction\ncreate index concurrently thing_color on thing (color)';
    expect(await run(mine, setOf({ ...first(2), '0003_index.sql': index }))).toHaveLength(3);
    expect(
      await query(
        mine.ownerUrl,
        `select indisvalid from pg_index where indexrelid = 'thing_color'::regclass`,
      ),
    ).toEqual([{ indisvalid: true }]);
  });

  it('rejects a file whose number is lower than that of one that has run', async () => {
    const mine = await database();
    await run(mine, setOf(files));
    await expect(run(mine, setOf({ '0003_late.sql': 'select 1' }))).rejects.toThrow(
      'Not run migration 0003_late is preceding already run migration 0010_size',
    );
  });

  it('numbers each set by itself', async () => {
    const mine = await database();
    const set = setOf(files);
    expect(await run(mine, { ...set, name: 'one' })).toHaveLength(names.length);
    await query(mine.ownerUrl, 'drop table thing');
    expect(await run(mine, { ...set, name: 'another' })).toHaveLength(names.length);
  });

  it('names a set by its folder', () =>
    expect(migrationSet('/somewhere/feed')).toEqual({ name: 'feed', folder: '/somewhere/feed' }));
});

describe('the role of the service', () => {
  it('gets the rights that a migration grants it, and no others', async () => {
    const { url, ...mine } = await database();
    await run({ url, ...mine }, setOf(files));
    await query(url, `insert into thing values (2, 'green')`);
    await expect(query(url, 'delete from thing')).rejects.toThrow('permission denied for table thing');
    await expect(query(url, 'create table mine (id int)')).rejects.toThrow(
      'permission denied for schema public',
    );
    await expect(query(url, 'create temporary table mine (id int)')).rejects.toThrow('permission denied');
    await expect(query(url, 'create schema mine')).rejects.toThrow('permission denied for database');
    await expect(query(url, 'select * from migrations.things')).rejects.toThrow(
      'permission denied for schema migrations',
    );
  });

  it('passes its rights on to a second role, which replaces it without downtime', async () => {
    const mine = await database();
    await run(mine, setOf(files));
    const next = new URL(mine.url);
    Object.assign(next, { username: `${next.username}_2`, password: 'next' });
    const first = new URL(mine.url).username;
    await query(
      sharedAddress('POSTGRES'),
      `create role ${next.username} login password 'next' in role ${first}`,
    );
    expect(await run({ ...mine, url: next.href }, setOf(files))).toEqual([]);
    await query(sharedAddress('POSTGRES'), `alter role ${first} nologin`);
    await query(next.href, `insert into thing values (3, 'green')`);
    await expect(query(next.href, 'delete from thing')).rejects.toThrow('permission denied');
    await expect(query(mine.url, 'select 1')).rejects.toThrow('not permitted to log in');
  });

  it('must exist', async () => {
    const mine = await database();
    const url = new URL(mine.url);
    url.username = 'nobody';
    await expect(run({ ...mine, url: url.href }, setOf(files))).rejects.toThrow(
      "The service's role nobody does not exist.",
    );
  });

  it('must not be the owner', async () => {
    const { ownerUrl } = await database();
    await expect(run({ ownerUrl, url: ownerUrl }, setOf(files))).rejects.toThrow(
      'it must not own the database',
    );
  });
});
