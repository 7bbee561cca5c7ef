import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PreflightError } from '../errors';
import { projectRoot } from '../root';
import type { Database } from './database';
import { bundleOf } from './service';

/** Runs the migrations of a service's database, as its owner. To be called before the service and its sidecar start. */
export const migrateDatabase = async (
  { name, feedPartitions }: Readonly<{ name: string; feedPartitions: number }>,
  { url, ownerUrl }: Database,
): Promise<void> => {
  try {
    await promisify(execFile)(process.execPath, [bundleOf(`${name}-migrate`)], {
      cwd: projectRoot,
      env: { OWNER_DATABASE_URL: ownerUrl, DATABASE_URL: url, FEED_PARTITIONS: String(feedPartitions) },
    });
  } catch (error) {
    const { stderr = String(error) } = error as Readonly<{ stderr?: string }>;
    throw new PreflightError(`The database of ${name} could not be migrated: ${stderr}`);
  }
};
