create table product_replica (
  sku text primary key, title text not null, unit_price_cents bigint not null, currency text not null
);

grant select, insert on product_replica to {service};
