import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

export const openOrderMigrations = migrationSet(join(__dirname, 'migrations', 'open-order'));
