import { consumerMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';
import { projectionMigrations } from '@bankside/projections/migrations';

void migrateFrom(process.env, [consumerMigrations, projectionMigrations]);
