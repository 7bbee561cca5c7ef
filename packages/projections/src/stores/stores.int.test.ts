import { consumerMigrations } from '@bankside/feed/migrations';
import { createServiceDatabase, sharedMongodb } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { deadLetters, parkEvents } from '@bankside/feed';
import { projectionMigrations } from '../migrations';
import { mongoStore } from './mongo';
import { postgresStore } from './postgres';
import { projectionStoreContract } from '../../testing/store-contract';
import { versionName, type ProjectionVersion } from '../projection';

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
