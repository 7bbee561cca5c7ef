import { migrate } from './migrate';
import type { MigrationSet } from './migration-set';

/** On a new cluster the server and the Job that creates the databases start together with the services. */
const SERVER_UP_WITHIN_MS = 60_000;

const required = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name}.`);
  return value;
};

/**
 * The program that migrates the database of one service before the service starts. Reads `OWNER_DATABASE_URL`,
 * `DATABASE_URL` (the service's own) and `FEED_PARTITIONS` (1). Ends the process with 1 when a migration fails.
 */
export const migrateFrom = async (env: NodeJS.ProcessEnv, sets: readonly MigrationSet[]): Promise<void> => {
  try {
    const done = await migrate({
      ownerUrl: required(env, 'OWNER_DATABASE_URL'),
      serviceUrl: required(env, 'DATABASE_URL'),
      sets,
      parameters: { partitions: Number(env['FEED_PARTITIONS'] ?? 1) },
      log: console.error,
      waitMs: SERVER_UP_WITHIN_MS,
    });
    console.log(done.length === 0 ? 'The database is up to date.' : `Migrated: ${done.join(', ')}`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
};
