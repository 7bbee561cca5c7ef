import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** The register of what needs a person. */
export const attentionMigrations = migrationSet(join(__dirname, 'migrations', 'attention'));
/** The runs of sagas that have ended. */
export const sagaRecordMigrations = migrationSet(join(__dirname, 'migrations', 'saga_records'));
