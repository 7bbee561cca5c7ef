import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

export const transferByCustomerMigrations = migrationSet(join(__dirname, 'migrations/transfer-by-customer'));
