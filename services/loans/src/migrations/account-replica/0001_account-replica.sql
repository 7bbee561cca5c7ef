create table account_replica (account_number text primary key, customer_id text not null, currency text not null);

grant select, insert on account_replica to {service};
