-- The requests for changes, by the story that each of them began or repeated. Rows older than thirty days are deleted.
create table request (
  correlation_id uuid not null, at timestamptz not null, ended_at timestamptz not null,
  operation text not null, status int not null
);
create index request_story on request (correlation_id, at);
create index request_age on request using brin (at);

grant select, insert, delete on request to {service};
