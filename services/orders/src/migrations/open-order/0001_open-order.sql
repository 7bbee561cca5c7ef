create table open_order (order_id text primary key, customer_id text not null);

create index on open_order (customer_id);

grant select, insert, delete on open_order to {service};
