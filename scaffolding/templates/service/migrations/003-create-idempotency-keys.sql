-- Requests that took effect, and their responses.
create table idempotency_keys (
  customer_id uuid not null,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  status smallint,
  location text,
  etag text,
  body text,
  created_at timestamptz not null default now(),
  primary key (customer_id, route, key)
);
-- For the sweeper, which deletes expired keys.
create index idempotency_keys_by_time on idempotency_keys (created_at);
