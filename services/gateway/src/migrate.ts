import { migrateFrom } from '@bankside/migrations';
import { auditLogMigrations } from './migrations';

void migrateFrom(process.env, [auditLogMigrations]);
