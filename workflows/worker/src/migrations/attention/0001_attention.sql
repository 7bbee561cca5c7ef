-- What needs a person. A row is one occurrence: `key` names it, so that every scan finds the row of the one before. Rows stay.
create table attention (
  attention_id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity unique,
  key text not null unique,
  kind text not null check (kind in ('saga', 'dead-letter', 'consumer')),
  cause text not null, title text not null, since timestamptz not null, about jsonb not null,
  -- Of a saga that has ended: everything that a second run needs, since Temporal forgets the first.
  ended jsonb, finish_mode text,
  recovered_at timestamptz, resolved_at timestamptz, resolved_by text, reason text,
  -- The id of the request that finished the saga, and when the owner of the order was told.
  finished_by text, held_at timestamptz
);
create index attention_unresolved on attention (kind, position) where resolved_at is null;
create index attention_saga on attention ((about ->> 'sagaId'), position);

grant select, insert, update on attention to {service};
