-- One statement for all rows of an append, and for all appends of a group: a sidecar sends each key of a transaction as a
-- statement of its own. The row `b/<key of a commit>` with the value {"value": the commit, "rows": [{"key", "value",
-- "seconds"}]} becomes that commit, behind the rows, each inserted if absent. `seconds` is a time to live.
create function unpack_rows() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  packed json := convert_from(new.value, 'UTF8');
  written bigint;
begin
  insert into public.state as present (key, value, expires_at)
    select key, convert_to(value::text, 'UTF8'), now() + make_interval(secs => seconds)
    from json_to_recordset(packed -> 'rows') as entry (key text, value json, seconds int)
  on conflict (key) do update
    set value = excluded.value, etag = gen_random_uuid(), updated_at = now(), expires_at = excluded.expires_at
    where present.expires_at < now();
  get diagnostics written = row_count;
  if written < json_array_length(packed -> 'rows') then
    raise unique_violation using message = 'no item was updated'; -- Dapr's words for a key that exists.
  end if;
  new.key := substr(new.key, 3);
  new.value := convert_to((packed -> 'value')::text, 'UTF8');
  -- Row ids order the feed: the earlier revisions of the same stream are among the rows.
  new.row_id := nextval('public.state_row_id_seq');
  return new;
end $$;
revoke execute on function unpack_rows() from public;
grant usage on sequence state_row_id_seq to {service};

create trigger unpack_rows before insert on state
  for each row when (starts_with(new.key, 'b/')) execute function unpack_rows();
