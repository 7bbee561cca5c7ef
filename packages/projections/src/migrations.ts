import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** Versions, checkpoints and replay requests, and the schema for the tables that a rebuild creates. Needs `consumerMigrations`. */
export const projectionMigrations = migrationSet(join(__dirname, 'migrations', 'projections'));
