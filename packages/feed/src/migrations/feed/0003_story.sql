-- The request that each commit follows from: its story is found by this index, also for a commit that publishes nothing.
alter table feed_chain add column correlation_id uuid;
create index feed_chain_story on feed_chain (correlation_id) where correlation_id is not null;

-- When the broker had the events from `first` to `last`. Rows older than thirty days are deleted.
create table feed_publication (
  partition int, first bigint, last bigint not null, at timestamptz not null default now(), primary key (partition, first)
);
grant select, insert, delete on feed_publication to {service};
