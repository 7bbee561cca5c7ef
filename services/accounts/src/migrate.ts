import { stateMigrations } from '@bankside/dapr/migrations';
import { consumerMigrations, feedMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';
import { mobileNumberChangeMigrations } from '@bankside/mobile-number-change/migrations';
import { customerReplicaMigrations, numberByCustomerMigrations } from '@bankside/replicas/migrations';
import { transferByCustomerMigrations } from './migrations';

void migrateFrom(process.env, [
  stateMigrations,
  feedMigrations,
  consumerMigrations,
  customerReplicaMigrations,
  numberByCustomerMigrations,
  mobileNumberChangeMigrations,
  transferByCustomerMigrations,
]);
