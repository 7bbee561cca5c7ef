create table consumer_position (
  consumer text, source text, partition int, position bigint not null, primary key (consumer, source, partition)
) with (fillfactor = 20);
create table dead_letter (
  consumer text, source text, partition int, position bigint, stream text not null, type text not null, key text,
  state text not null check (state in ('poison', 'blocked', 'replayed', 'discarded', 'rebuilt')),
  reason text not null, stack text, at timestamptz not null default now(),
  resolution text, resolved_by text, resolved_at timestamptz,
  primary key (consumer, source, partition, position)
);
create index dead_letter_open on dead_letter (consumer, source, stream, position) where state in ('poison', 'blocked');
create table operator_request (
  key text primary key, fingerprint text not null, done boolean, response text, at timestamptz not null default now()
);

grant select, insert, update on consumer_position, dead_letter to {service};
grant select, insert, update, delete on operator_request to {service};
