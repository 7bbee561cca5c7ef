import { consumerMigrations } from '@bankside/feed/migrations';
import { createServiceDatabase, sharedMongodb, until } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { deadLetters, parkEvents } from '@bankside/feed';
import { projectionMigrations } from '../migrations';
import { mongoStore } from './mongo';
import { postgresStore } from './postgres';
import { tableOf } from './postgres-tables';
import { projectionStoreContract } from '../../testing/store-contract';
import { versionName, type Projection, type ProjectionVersion } from '../projection';
import { orderSteps } from '../../testing/sample-projections';

const connection = createConnection();
let pool: Pool;
beforeAll(async () => {
  pool = new Pool({
    connectionString: (await createServiceDatabase('projection', [consumerMigrations, projectionMigrations]))
      .url,
  });
  await connection.openUri(sharedMongodb(`stores_${process.pid}`), { bufferCommands: false });
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await pool.end();
});

const parkedOf = async (version: ProjectionVersion): Promise<readonly string[]> => {
  const query = { consumers: [versionName(version)], state: 'open', limit: 10 } as const;
  const page = await deadLetters.list(pool, query);
  return page.deadLetters.map(({ source, partition, position }) => `${source}/${partition}/${position}`);
};

// 1 as FerretDB needs it, and several as MongoDB prefers.
for (const documentsPerCommand of [1, 10])
  projectionStoreContract(`MongoDB with ${documentsPerCommand} documents per command,`, async () => ({
    store: mongoStore({ connection, documentsPerCommand: () => documentsPerCommand }, (version, parked) =>
      parkEvents(pool, versionName(version), parked),
    ),
    deadLetters: parkedOf,
  }));
projectionStoreContract('PostgreSQL', async () => ({ store: postgresStore(pool), deadLetters: parkedOf }));

describe('a version in PostgreSQL', () => {
  const projection: Projection = {
    ...orderSteps,
    name: 'indexed-later',
    store: 'postgres',
    lists: [{ by: 'customerId', sort: 'orderId' }, { by: 'orderId', sort: 'customerId' }], // prettier-ignore
  };
  const version = { projection, number: 1 };
  const table = tableOf(version);
  const validIndexes = async (): Promise<number> => {
    const { rows } = await pool.query<Readonly<{ valid: number }>>(
      'select count(*)::int as valid from pg_index where indrelid = $1::regclass and indisvalid and not indisprimary',
      [table],
    );
    return rows[0]!.valid;
  };

  it('gets the indexes of its lists when it is filled, also after their creation was killed', async () => {
    const store = postgresStore(pool);
    await store.install(version);
    expect(await validIndexes()).toBe(0);
    const writer = await pool.connect();
    await writer.query(`begin; lock table ${table} in row exclusive mode`); // An index cannot be created now.
    const killed = store.createIndexes(version).catch((error: unknown) => error);
    await until(
      async () => {
        const { rowCount } = await pool.query(
          `select pg_terminate_backend(pid) from pg_locks where relation = $1::regclass and not granted`,
          [table],
        );
        if (rowCount === 0) throw new Error('it does not wait yet');
      },
      { what: 'the creation of the indexes', timeoutMs: 30_000 },
    );
    expect(await killed).toBeInstanceOf(Error);
    await writer.query('rollback');
    writer.release();
    expect(await validIndexes()).toBe(0);
    await store.createIndexes(version);
    expect(await validIndexes()).toBe(2);
    await store.drop(version);
  });
});
