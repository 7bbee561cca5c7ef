import { execFileSync } from 'node:child_process';
import { stateMigrations } from '@bankside/dapr/migrations';
import { createConnection } from 'mongoose';
import { Client } from 'pg';
import {
  createDatabase,
  createServiceDatabase,
  mongodbDatabase,
  brokerAt,
  startBacking,
  startSidecar,
  type Backing,
} from '..';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
};

describe('the processes of the local platform', () => {
  let backing: Backing;
  beforeAll(async () => {
    backing = await startBacking({ postgres: true, redis: true, temporal: true, ferretdb: true });
  });
  afterAll(() => backing.stop());

  const databaseUrl = (name: string) => createDatabase(name, backing.env['BANKSIDE_TEST_POSTGRES']);

  it('gives each role its own database and no other', async () => {
    const [own, other] = [await databaseUrl('own'), await databaseUrl('other')];
    const client = new Client({ connectionString: own });
    await client.connect();
    await client.query('CREATE TABLE things (id int)');
    await client.end();
    const trespasser = new URL(own);
    trespasser.pathname = new URL(other).pathname;
    await expect(new Client({ connectionString: trespasser.href }).connect()).rejects.toThrow(
      /permission denied/,
    );
    trespasser.pathname = '/postgres';
    await expect(new Client({ connectionString: trespasser.href }).connect()).rejects.toThrow(
      /permission denied/,
    );
  });

  describe.each([
    ['its password', (url: URL) => url, /^no message$/, /^acknowledged$/],
    [
      'another password',
      (url: URL) => Object.assign(url, { password: 'guessed' }),
      /^-WRONGPASS/,
      /authentication failed/,
    ],
    [
      'no credentials',
      (url: URL) => Object.assign(url, { username: '', password: '', search: '' }),
      /^-(WRONGPASS|NOAUTH)/,
      /authentication failed/,
    ],
  ])('a client with %s', (_what, changed, broker, mongodb) => {
    const urlOf = (name: string): string => changed(new URL(backing.env[`BANKSIDE_TEST_${name}`]!)).href;
    const messageOf = (error: Error): string => error.message;

    it(`of the broker gets ${broker}`, async () => {
      const read = brokerAt(urlOf('REDIS')).messages('accounts.events');
      const found = await read.then((messages) => messages[0] ?? 'no message', messageOf);
      expect(found).toMatch(broker);
    });

    it(`of FerretDB gets ${mongodb}`, async () => {
      const connection = createConnection(mongodbDatabase(urlOf('MONGODB'), 'guarded'));
      const inserted = connection.collection('things').insertOne({ n: 1 });
      expect(await inserted.then(() => 'acknowledged', messageOf)).toMatch(mongodb);
      await connection.close();
    });
  });

  it.each(['redis', 'temporal', 'ferretdb', 'postgres'])(
    'starts %s again after kill -9, on the same port',
    async (name) => {
      const running = backing.processes[name]!;
      const before = running.pid!;
      running.kill();
      await running.whenRestarted(before);
      expect(running.pid).not.toBe(before);
      expect(isAlive(before)).toBe(false);
      expect(isAlive(running.pid!)).toBe(true);
    },
  );

  it('serves state from a sidecar, before and after kill -9 of it', async () => {
    const adminUrl = backing.env['BANKSIDE_TEST_POSTGRES'];
    const { url: own } = await createServiceDatabase('probe', [stateMigrations], { adminUrl });
    const sidecar = await startSidecar({ appId: 'probe', databaseUrl: own });
    const url = `${sidecar.httpUrl}/v1.0/state/probe-store`;
    const saved = await fetch(url, { method: 'POST', body: JSON.stringify([{ key: 'k', value: { n: 1 } }]) });
    expect(saved.status).toBe(204);
    const before = sidecar.process.pid!;
    sidecar.kill();
    await sidecar.process.whenRestarted(before);
    expect(await (await fetch(`${url}/k`)).json()).toEqual({ n: 1 });
    await sidecar.stop();
  });

  it('leaves nothing running behind', async () => {
    const mine = await startBacking({ postgres: true, redis: true });
    const pids = Object.values(mine.processes).map((one) => one.pid!);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await mine.stop();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });
});
