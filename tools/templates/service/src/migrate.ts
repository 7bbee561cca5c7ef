import { stateMigrations } from '@bankside/dapr/migrations';
import { consumerMigrations, feedMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';

void migrateFrom(process.env, [stateMigrations, feedMigrations, consumerMigrations]);
