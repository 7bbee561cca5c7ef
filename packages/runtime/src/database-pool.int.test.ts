import { createDatabase, networkProxy, sharedAddress, withClient } from '@bankside/tools';
import { databasePool, requireDatabase } from './database-pool';

const LINK = 'service→postgres';
/** Long enough for a connection on a busy machine. */
const TIMEOUT_MS = 1_000;
const IDLE_TRANSACTION_MS = 1_500;
const TIMED_OUT = /timeout/i;

describe('the pool of a service behind a network with faults', () => {
  const network = networkProxy();
  let pool: ReturnType<typeof databasePool>;
  let directUrl: string;
  let proxiedUrl: string;
  beforeAll(async () => {
    directUrl = await createDatabase('pool', sharedAddress('POSTGRES'));
    await withClient(directUrl, (client) =>
      client.query('create table things (id int); insert into things values (1)'),
    );
    const url = new URL(directUrl);
    url.host = `127.0.0.1:${await network.addListener('service', 'postgres', Number(url.port))}`;
    proxiedUrl = url.href;
    pool = databasePool(proxiedUrl, 2, {
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    });
    pool.on('error', () => undefined);
  });
  afterEach(() => network.heal('fault'));
  afterAll(async () => {
    await network.close();
    await pool.end();
  });

  const one = async (): Promise<unknown> => (await pool.query<{ one: number }>('select 1 as one')).rows[0];

  it('rejects a query on a connection that the network has forgotten, and uses new connections', async () => {
    await Promise.all([one(), one()]);
    network.forget([LINK]);
    const results = await Promise.allSettled([one(), one()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await one()).toEqual({ one: 1 });
  });

  it('is found not ready on a connection that the network has forgotten, long before a query times out', async () => {
    const patient = databasePool(proxiedUrl, 1);
    patient.on('error', () => undefined);
    await requireDatabase(patient);
    network.forget([LINK]);
    await expect(requireDatabase(patient)).rejects.toThrow(TIMED_OUT);
    await requireDatabase(patient);
    await patient.end();
  });

  it('rejects queries in a partition, and serves them when it has healed', async () => {
    network.impair('fault', [LINK], { drop: 'both' });
    for (let attempt = 0; attempt < 4; attempt += 1) await expect(one()).rejects.toThrow(TIMED_OUT);
    network.heal('fault');
    expect(await one()).toEqual({ one: 1 });
  });

  it('has the locks of a transaction released whose connection the network has forgotten', async () => {
    const client = await pool.connect();
    client.on('error', () => undefined);
    await client.query('begin');
    await client.query('update things set id = 2');
    network.forget([LINK]);
    const updated = await withClient(directUrl, async (other) => {
      await other.query("set statement_timeout = '8s'");
      return (await other.query('update things set id = 3')).rowCount;
    });
    expect(updated).toBe(1);
    client.release(true);
  });
});
