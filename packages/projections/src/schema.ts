import { inTransaction } from '@bankside/feed';
import type { Pool } from 'pg';

/** Serializes installations by several replicas. Any number will do that nothing else in the database uses. */
const INSTALL_LOCK = 4_826_311;

const TABLES = `
  create table if not exists projection_version (
    projection text, number int, definition_version int not null,
    state text not null check (state in ('building', 'active', 'retired')),
    started_at timestamptz not null default now(), promoted_at timestamptz, retired_at timestamptz,
    cutover_deadline timestamptz, progress jsonb not null default '{}',
    primary key (projection, number)
  );
  create unique index if not exists projection_version_active on projection_version (projection) where state = 'active';
  create unique index if not exists projection_version_building on projection_version (projection) where state = 'building';
  create table if not exists projection_checkpoint (
    version text, feed_partition text, position bigint not null, moved_at timestamptz not null,
    primary key (version, feed_partition)
  ) with (fillfactor = 20);
  create table if not exists dead_letter (
    version text, source text, partition int, position bigint, stream text not null, key text,
    type text not null, reason text not null, stack text, trace text, at timestamptz not null default now(),
    state text not null check (state in ('poison', 'blocked', 'replayed', 'discarded', 'rebuilt')),
    discarded_by text, discarded_at timestamptz,
    primary key (version, source, partition, position)
  );
  create index if not exists dead_letter_open on dead_letter (version, source, stream, position)
    where state in ('poison', 'blocked');
  create table if not exists replay_request (
    version text, source text, partition int, stream text, asked_at timestamptz not null default now(),
    primary key (version, source, partition, stream)
  );
  create table if not exists operator_request (
    key text primary key, fingerprint text not null, done boolean, answer text, at timestamptz not null default now()
  );`;

/** Makes the tables that replicas agree through, unless they are there. */
export const installSchema = (pool: Pool): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    await client.query(TABLES);
  });
