import { consumerMigrations } from '@bankside/feed/migrations';
import { migrateFrom } from '@bankside/migrations';
import { attentionMigrations, sagaRecordMigrations } from './migrations';

void migrateFrom(process.env, [consumerMigrations, attentionMigrations, sagaRecordMigrations]);
