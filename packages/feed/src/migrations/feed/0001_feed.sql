create table outbox (
  partition int not null, row_id bigint not null, primary key (partition, row_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create table feed_head (partition int primary key, position bigint not null) with (fillfactor = 20);
create table feed_published (partition int primary key, position bigint not null) with (fillfactor = 20);
create table feed (
  partition int not null, position bigint not null, stream text not null, revision int not null,
  index int not null, type text not null, event json not null, at timestamptz not null,
  primary key (partition, position)
);
insert into feed_head select n, 0 from generate_series(0, {partitions} - 1) as n;
insert into feed_published select n, 0 from generate_series(0, {partitions} - 1) as n;

-- The feed grows and never changes. Only the trigger below writes to the outbox; the relay empties it.
grant select, insert on feed to {service};
grant select, delete on outbox to {service};
grant select, update (position) on feed_head, feed_published to {service};

-- The partition of a commit's stream, from its key `s/<stream>/<10 digits>`. Stored commits keep their partition, so the
-- hash is md5, which no release of PostgreSQL changes.
create function feed_partition(key text) returns int language sql immutable parallel safe as $$
  select case when {partitions} = 1 then 0
    else ('x' || left(md5(substr(key, 3, length(key) - 13)), 7))::bit(28)::int % {partitions} end
$$;

create function feed_outbox() returns trigger language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.outbox (partition, row_id)
    select public.feed_partition(key), row_id from inserted where starts_with(key, 's/');
  return null;
end $$;
-- Otherwise a table of another role with this trigger could fill the outbox.
revoke execute on function feed_outbox() from public;

-- Creating the trigger waits for writers and holds them off until the commit, so no commit is missed or taken twice.
create trigger feed_outbox after insert on state
  referencing new table as inserted for each statement execute function feed_outbox();
insert into outbox (partition, row_id) select feed_partition(key), row_id from state where starts_with(key, 's/');
