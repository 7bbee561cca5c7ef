create table product_list (
  sku text primary key, title text not null, unit_price_cents bigint not null, currency text not null,
  on_hand bigint not null, reserved bigint not null
);

grant select, insert, update on product_list to {service};
