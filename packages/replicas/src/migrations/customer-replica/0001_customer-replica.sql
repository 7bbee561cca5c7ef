create table customer_replica (
  customer_id text primary key, active boolean not null, name text, mobile_number text, last_number_change text
);
create index customer_replica_mobile_number on customer_replica (mobile_number);

grant select, insert, update on customer_replica to {service};
