import type { Pool } from 'pg';
import { inTransaction } from './transaction';

const INSTALL_LOCK = 4_826_303;

/** Creates the tables of checkpoints, dead letters and operator requests in the database of a consumer, unless they exist. */
export const installConsumer = (pool: Pool): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    await client.query(`
      create table if not exists consumer_position (
        consumer text, source text, partition int, position bigint not null, primary key (consumer, source, partition)
      ) with (fillfactor = 20);
      create table if not exists dead_letter (
        consumer text, source text, partition int, position bigint, stream text not null, type text not null, key text,
        state text not null check (state in ('poison', 'blocked', 'replayed', 'discarded', 'rebuilt')),
        reason text not null, stack text, at timestamptz not null default now(),
        resolution text, resolved_by text, resolved_at timestamptz,
        primary key (consumer, source, partition, position)
      );
      create index if not exists dead_letter_open on dead_letter (consumer, source, stream, position)
        where state in ('poison', 'blocked');
      create table if not exists operator_request (
        key text primary key, fingerprint text not null, done boolean, answer text,
        at timestamptz not null default now()
      );`);
  });
