import { consumerMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';

void migrateFrom(process.env, [consumerMigrations]);
