-- The runs of sagas that have ended, with their steps: Temporal forgets them. Rows stay, as commits do.
create table saga_record (
  saga_id text, run_id text, position bigint generated always as identity unique,
  started_at timestamptz not null, record jsonb not null,
  primary key (saga_id, run_id)
);
create index saga_record_story on saga_record ((record ->> 'correlationId'));

grant select, insert, update on saga_record to {service};
