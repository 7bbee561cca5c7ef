-- Commits never expire. Without them the index is small, and an append does not write to it.
drop index state_expires_at_idx;
create index state_expires_at_idx on state (expires_at) where expires_at is not null;
