-- For the sweeper: keys that have lived their time.
create index idempotency_keys_by_time on idempotency_keys (created_at);
