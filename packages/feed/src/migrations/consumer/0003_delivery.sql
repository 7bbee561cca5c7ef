-- When and how each consumer applied the events of a feed from `first` to `last`. Rows older than thirty days are deleted.
create table consumer_delivery (
  consumer text, source text, partition int, first bigint, last bigint not null,
  at timestamptz not null default clock_timestamp(), how text not null,
  primary key (consumer, source, partition, first)
);
grant select, insert, delete on consumer_delivery to {service};

-- The request that the event follows from.
alter table dead_letter add column correlation_id uuid;
