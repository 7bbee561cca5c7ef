import { createServiceDatabase, sharedAddress } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { parkEvents, deadLetterStore } from '../dead-letters';
import { projectionMigrations } from '../migrations';
import { mongoStore } from './mongo';
import { postgresStore } from './postgres';
import { projectionStoreContract } from '../../testing/store-contract';
import { versionName, type ProjectionVersion } from '../projection';

const connection = createConnection();
let pool: Pool;
beforeAll(async () => {
  pool = new Pool({
    connectionString: (await createServiceDatabase('projection', [projectionMigrations])).url,
  });
  await connection.openUri(`${sharedAddress('MONGODB')}/stores_${process.pid}`, { bufferCommands: false });
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await pool.end();
});

const letters = async (version: ProjectionVersion) =>
  (await deadLetterStore(pool).open(versionName(version), 10)).map(
    ({ source, partition, position }) => `${source}/${partition}/${position}`,
  );

// As few in one command as suits FerretDB, and several, as MongoDB likes it.
for (const together of [1, 10])
  projectionStoreContract(`MongoDB, ${together} together,`, async () => ({
    store: mongoStore({ connection, documentsPerCommand: () => together }, (...kept) =>
      parkEvents(pool, ...kept),
    ),
    letters,
  }));
projectionStoreContract('PostgreSQL', async () => ({ store: postgresStore(pool, parkEvents), letters }));
