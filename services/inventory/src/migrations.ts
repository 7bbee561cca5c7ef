import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

export const productListMigrations = migrationSet(join(__dirname, 'migrations', 'product-list'));
