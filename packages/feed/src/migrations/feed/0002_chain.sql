-- A hash chain over each partition: one link for each commit, in the order of the feed, also for a commit that publishes
-- nothing. `position` is the last position of the feed after the commit.
create table feed_chain (
  partition int not null, number bigint not null, row_id bigint not null, stream text not null, revision int not null,
  position bigint not null, hash bytea not null, at timestamptz not null default now(),
  primary key (partition, number)
);
grant select, insert on feed_chain to {service};

do $$ begin
  if exists (select from feed) then raise exception 'the feed has events without links: start with an empty database'; end if;
end $$;
