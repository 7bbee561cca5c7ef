import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** The register of what needs a person. */
export const attentionMigrations = migrationSet(join(__dirname, 'migrations', 'attention'));
