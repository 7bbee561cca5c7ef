-- A stored commit no longer repeats the stream and the revision of its key, and the hash of its link covers the key.
do $$ begin
  if exists (select from feed_chain) then
    raise exception 'the chain has links that do not cover the keys of commits: start with an empty database';
  end if;
end $$;
