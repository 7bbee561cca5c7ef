import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

export const accountReplicaMigrations = migrationSet(join(__dirname, 'migrations/account-replica'));
