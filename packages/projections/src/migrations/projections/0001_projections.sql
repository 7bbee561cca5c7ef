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
create table replay_request (
  version text, source text, partition int, stream text, requested_by text,
  requested_at timestamptz not null default now(),
  primary key (version, source, partition, stream)
);
grant select, insert, update, delete
  on projection_version, projection_checkpoint, replay_request to {service};

-- The documents of a projection are in one table for each version, which a rebuild creates and drops. They can be rebuilt
-- from the feeds, so the service may own them; `views` is in no search path.
create schema views;
grant usage, create on schema views to {service};
