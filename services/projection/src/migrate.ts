import { migrateFrom } from '@bankside/migrations';
import { projectionMigrations } from '@bankside/projections/migrations';

void migrateFrom(process.env, [projectionMigrations]);
