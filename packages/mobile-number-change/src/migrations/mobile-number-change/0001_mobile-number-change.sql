create table number_change_rolled_back (change_id text primary key);

grant select, insert on number_change_rolled_back to {service};
