-- Calls that took effect, and what they were answered.
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
