import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

/** The tables of the audit log. */
export const auditLogMigrations = migrationSet(join(__dirname, 'migrations', 'audit_log'));
/** The table of the requests for changes. */
export const requestLogMigrations = migrationSet(join(__dirname, 'migrations', 'request_log'));
