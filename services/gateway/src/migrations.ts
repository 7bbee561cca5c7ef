import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** The tables of the audit log. */
export const auditLogMigrations = migrationSet(join(__dirname, 'migrations', 'audit_log'));
