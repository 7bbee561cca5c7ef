import { migrateFrom } from '@bankside/migrations';
import { auditLogMigrations, requestLogMigrations } from './migrations';

void migrateFrom(process.env, [auditLogMigrations, requestLogMigrations]);
