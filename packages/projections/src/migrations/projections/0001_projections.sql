create table projection_version (
  projection text, number int, definition_version int not null,
  state text not null check (state in ('building', 'active', 'retired')),
  started_at timestamptz not null default now(), promoted_at timestamptz, retired_at timestamptz,
  cutover_deadline timestamptz, progress jsonb not null default '{}',
  primary key (projection, number)
);
create unique index projection_version_active on projection_version (projection) where state = 'active';
create unique index projection_version_building on projection_version (projection) where state = 'building';
create table projection_checkpoint (
  version text, feed_partition text, position bigint not null, moved_at timestamptz not null,
  primary key (version, feed_partition)
) with (fillfactor = 20);
create table dead_letter (
  version text, source text, partition int, position bigint, stream text not null, key text,
  type text not null, reason text not null, stack text, trace text, at timestamptz not null default now(),
  state text not null check (state in ('poison', 'blocked', 'replayed', 'discarded', 'rebuilt')),
  discarded_by text, discarded_at timestamptz,
  primary key (version, source, partition, position)
);
create index dead_letter_open on dead_letter (version, source, stream, position) where state in ('poison', 'blocked');
create table replay_request (
  version text, source text, partition int, stream text, asked_at timestamptz not null default now(),
  primary key (version, source, partition, stream)
);
create table operator_request (
  key text primary key, fingerprint text not null, done boolean, answer text, at timestamptz not null default now()
);

grant select, insert, update, delete
  on projection_version, projection_checkpoint, dead_letter, replay_request, operator_request to {service};

-- The documents of a projection are in one table for each version, which a rebuild creates and drops. They can be rebuilt
-- from the feeds, so the service may own them; `views` is in no search path.
create schema views;
grant usage, create on schema views to {service};
