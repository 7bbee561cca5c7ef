-- An action before it runs, and its outcome after. The service may add rows and read them, and never change or delete one.
create table audit_action (
  action_id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity unique,
  at timestamptz not null default now(),
  subject text not null, roles text[] not null, action text not null,
  targets jsonb not null, customers text[] not null, reason text, trace_id text not null
);
create index audit_action_subject on audit_action (subject, position);
create index audit_action_action on audit_action (action, position);
create index audit_action_customers on audit_action using gin (customers);
create table audit_outcome (
  action_id uuid primary key references audit_action, at timestamptz not null default now(),
  status int not null, problem text, customers text[] not null
);
create index audit_outcome_customers on audit_outcome using gin (customers);

grant select, insert on audit_action, audit_outcome to {service};
