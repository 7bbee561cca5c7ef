import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** Versions, checkpoints and dead letters, and the schema for the tables that a rebuild creates. */
export const projectionMigrations = migrationSet(join(__dirname, 'migrations', 'projections'));
