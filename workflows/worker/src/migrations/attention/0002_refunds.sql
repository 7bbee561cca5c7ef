-- A refund that no account or card could take, until staff has paid it out.
alter table attention drop constraint attention_kind_check;
alter table attention add constraint attention_kind_check check (kind in ('saga', 'dead-letter', 'consumer', 'refund'));
