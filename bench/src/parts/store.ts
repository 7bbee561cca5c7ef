import { daprEventStore } from '@bankside/dapr';
import { installFeed } from '@bankside/feed';
import { createDatabase, startBacking, startSidecar } from '@bankside/tools';
import { Pool } from 'pg';

const APP_ID = 'bench';
/** As many as a service has. */
const CONNECTIONS = 10;

/** A PostgreSQL server of the benchmark's own. */
export const startPostgres = async () => {
  const backing = await startBacking({ postgres: true });
  const adminUrl = backing.env['BANKSIDE_TEST_POSTGRES']!;
  return { database: (name: string) => createDatabase(name, adminUrl), stop: backing.stop };
};
export type Postgres = Awaited<ReturnType<typeof startPostgres>>;

/** A Dapr sidecar on a database as that of a service: with outbox and feed. */
export const startStore = async (postgres: Postgres, { partitions = 1 } = {}) => {
  const databaseUrl = await postgres.database(APP_ID);
  const sidecar = await startSidecar({ appId: APP_ID, databaseUrl });
  const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await installFeed(pool, { partitions });
  const options = { sidecarUrl: sidecar.httpUrl, store: `${APP_ID}-store` };
  const stores = [daprEventStore(options), daprEventStore({ ...options, batchCommits: 1 })] as const;
  return {
    pool,
    /** As services use it, and with a transaction for each commit. */
    grouped: stores[0],
    single: stores[1],
    sidecarPid: () => sidecar.process.pid,
    stop: async (): Promise<void> => {
      await Promise.all(stores.map((store) => store.close()));
      await pool.end();
      await sidecar.stop();
    },
  };
};
export type BenchStore = Awaited<ReturnType<typeof startStore>>;
