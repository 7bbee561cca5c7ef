import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** Tombstones of rolled-back changes. */
export const mobileNumberChangeMigrations = migrationSet(
  join(__dirname, 'migrations', 'mobile-number-change'),
);
