create table transfer_by_customer (
  customer_id text not null, transfer_id text not null, primary key (customer_id, transfer_id)
);

grant select, insert on transfer_by_customer to {service};
