import { setTimeout as wait } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { sqlWith, type MigrationSet, type Parameters } from './migration-set';

export type MigrateOptions = Readonly<{
  /** Connects as the role that owns the database. Directly: the lock is the session's, which a transaction pooler shares out. */
  ownerUrl: string;
  /** Connects as the role that the migrations grant rights to: the one of the running service. */
  serviceUrl: string;
  /** In the order in which they build on each other. */
  sets: readonly MigrationSet[];
  /** Placeholders besides `{service}`. */
  parameters?: Parameters;
  log?: (line: string) => void;
  /** How long to wait for a server that does not accept the connection yet. Default: not at all. */
  waitMs?: number;
}>;

/** Holds what the library records: a table per set with the files that have run. */
const RECORDS = 'migrations';
const RETRY_MS = 500;

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

type Role = Readonly<{ superuser: boolean; owner: boolean }>;

/** @throws when the service's role could undo what the migrations deny it */
const checkRole = async (client: Client, service: string): Promise<void> => {
  const { rows } = await client.query<Role>(
    `select rolsuper as superuser, pg_has_role(oid, current_user, 'member') as owner from pg_roles where rolname = $1`,
    [service],
  );
  const [role] = rows;
  if (role === undefined) throw new Error(`The service's role ${service} does not exist. Create it first.`);
  if (role.superuser || role.owner)
    throw new Error(`The service's role ${service} could change every table: it must not own the database.`);
};

/** Connects as soon as the server is up and has the role and the database. */
const connect = async (connectionString: string, deadline: number): Promise<Client> => {
  const client = new Client({ connectionString });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (performance.now() > deadline) throw error;
    await wait(RETRY_MS);
    return connect(connectionString, deadline);
  }
};

/**
 * Brings a database to the newest migration of every set. Each file runs once, in a transaction of its own, under a lock
 * that makes concurrent migrators wait for each other.
 * @returns the files that have run now, as `set/file`
 * @throws when a migration fails: it has left nothing behind, and those before it stay
 */
export const migrate = async ({
  ownerUrl,
  serviceUrl,
  sets,
  parameters = {},
  log = () => undefined,
  waitMs = 0,
}: MigrateOptions): Promise<readonly string[]> => {
  const client = await connect(ownerUrl, performance.now() + waitMs);
  try {
    const service = userOf(serviceUrl);
    await checkRole(client, service);
    const done: string[] = [];
    for (const { name, folder } of sets) {
      const run = await runner({
        dbClient: client,
        dir: folder,
        direction: 'up',
        schema: 'public',
        migrationsSchema: RECORDS,
        createMigrationsSchema: true,
        migrationsTable: name,
        advisoryLockMode: 'wait',
        migrationLoaderStrategies: [sqlWith({ ...parameters, service })],
        logger: { info: () => undefined, warn: log, error: log },
      });
      done.push(...run.map((file) => `${name}/${file.name}`));
    }
    return done;
  } finally {
    await client.end(); // Rolls back a failed migration and releases its lock.
  }
};
