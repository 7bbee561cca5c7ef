-- The last signed head of each partition that this service reads, as evidence outside the database of its owner.
create table feed_witness (
  source text, partition int, number bigint not null, position bigint not null, hash bytea not null,
  at timestamptz not null, signature text not null, primary key (source, partition)
) with (fillfactor = 20);
grant select, insert, update on feed_witness to {service};
