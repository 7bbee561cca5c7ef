import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** Dapr's state table, in which commits are final. For every service with an event store. */
export const stateMigrations = migrationSet(join(__dirname, 'migrations', 'state'));
