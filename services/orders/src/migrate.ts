import { stateMigrations } from '@bankside/dapr/migrations';
import { consumerMigrations, feedMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';
import { openOrderMigrations } from './migrations';
import { customerReplicaMigrations, productReplicaMigrations } from '@bankside/replicas/migrations';

void migrateFrom(process.env, [
  stateMigrations,
  feedMigrations,
  consumerMigrations,
  customerReplicaMigrations,
  productReplicaMigrations,
  openOrderMigrations,
]);
