-- Each row holds what differs from event to event; `feed_event` returns the event as it is published. Widest columns first.
do $$ begin
  if exists (select from feed) then raise exception 'the feed has whole events: start with an empty database'; end if;
end $$;
drop table feed;
create table feed (
  position bigint not null, at timestamptz not null, partition int not null, revision int not null,
  stream text not null, type text not null, body json not null,
  primary key (partition, position)
);
grant select, insert on feed to {service};

-- The text of an event, byte for byte as the relay hashed and published it. `body` is {"data"} with the causal attributes.
create function feed_event(entry feed, source text) returns text language sql stable parallel safe as $$
  select concat(
    '{"specversion":"1.0","id":', to_json(concat(source, '/', entry.partition, '/', entry.position)),
    ',"type":', to_json(entry.type), ',"source":', to_json(source), ',"subject":', to_json(entry.stream),
    ',"time":"', to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    '","datacontenttype":"application/json","partitionkey":', to_json(entry.stream),
    ',"feedpartition":', entry.partition, ',"feedposition":', entry.position, ',"streamrevision":', entry.revision,
    ',', substr(entry.body::text, 2))
$$;
