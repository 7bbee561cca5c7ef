-- Read with every bulk get: the sidecar returns the keys of a failed query as missing, and this one never is.
insert into state (key, value, etag) values ('present', 'true', gen_random_uuid());
