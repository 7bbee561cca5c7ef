create table number_by_customer (customer_id text not null, number text not null, primary key (customer_id, number));

grant select, insert on number_by_customer to {service};
