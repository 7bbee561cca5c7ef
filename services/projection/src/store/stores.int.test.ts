import { createDatabase, sharedAddress } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { keepLetters, letterBox } from '../control/letters';
import { installTables } from '../control/tables';
import { mongoStore } from './mongo-store';
import { nameOf, type Generation } from './port';
import { postgresStore } from './postgres-store';
import { viewStoreContract } from './store-contract';

const connection = createConnection();
let pool: Pool;
beforeAll(async () => {
  pool = new Pool({ connectionString: await createDatabase('projection') });
  await installTables(pool);
  await connection.openUri(`${sharedAddress('MONGODB')}/stores_${process.pid}`, { bufferCommands: false });
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await pool.end();
});

const letters = async (generation: Generation) =>
  (await letterBox(pool).open(nameOf(generation), 10)).map(
    ({ source, partition, position }) => `${source}/${partition}/${position}`,
  );

// As few in one command as suits FerretDB, and several, as MongoDB likes it.
for (const together of [1, 10])
  viewStoreContract(`MongoDB, ${together} together,`, async () => ({
    store: mongoStore({ connection, together: () => together }, (...kept) => keepLetters(pool, ...kept)),
    letters,
  }));
viewStoreContract('PostgreSQL', async () => ({ store: postgresStore(pool, keepLetters), letters }));
