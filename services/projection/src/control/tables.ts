import { inTransaction } from '@bankside/feed';
import type { Pool } from 'pg';

/** Serializes installations by several replicas. Any number will do that nothing else in the database uses. */
const INSTALL_LOCK = 4_826_311;

const TABLES = `
  create table if not exists generation (
    view text, number int, version int not null,
    state text not null check (state in ('building', 'active', 'retired')),
    started_at timestamptz not null default now(), switched_at timestamptz, retired_at timestamptz,
    switching_until timestamptz, progress jsonb not null default '{}',
    primary key (view, number)
  );
  create unique index if not exists generation_active on generation (view) where state = 'active';
  create unique index if not exists generation_building on generation (view) where state = 'building';
  create table if not exists view_position (
    generation text, place text, position bigint not null, moved_at timestamptz not null,
    primary key (generation, place)
  ) with (fillfactor = 20);
  create table if not exists dead_letter (
    generation text, source text, partition int, position bigint, stream text not null, key text,
    type text not null, reason text not null, stack text, trace text, at timestamptz not null default now(),
    state text not null check (state in ('poison', 'held', 'replayed', 'discarded', 'rebuilt')),
    primary key (generation, source, partition, position)
  );
  alter table dead_letter add column if not exists given_up_by text, add column if not exists given_up_at timestamptz;
  create index if not exists dead_letter_open on dead_letter (generation, source, stream, position)
    where state in ('poison', 'held');
  create table if not exists replay_request (
    generation text, source text, partition int, stream text, asked_at timestamptz not null default now(),
    primary key (generation, source, partition, stream)
  );
  create table if not exists operator_request (
    key text primary key, fingerprint text not null, done boolean, answer text, at timestamptz not null default now()
  );`;

/** Makes the tables that replicas agree through, unless they are there. */
export const installTables = (pool: Pool): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    await client.query(TABLES);
  });
