-- Events to publish. The table is a queue of few rows at a time, so their number triggers vacuum, and not a share.
create table outbox (
  position bigint generated always as identity primary key,
  id uuid not null,
  topic text not null,
  type text not null,
  key text not null,
  data json not null,
  traceparent text,
  created_at timestamptz not null default now(),
  -- A row that Kafka refuses is parked until then; later rows of the same key wait behind it.
  parked_until timestamptz,
  parked_reason text,
  -- How often the row was parked. The wait grows with it.
  parkings integer not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- For the relay, which lists each topic by itself: no topic is hidden behind the rows of another.
create index outbox_by_topic on outbox (topic, position);
create index outbox_parked on outbox (position) where parked_until is not null;

-- Messages that this service has processed: a duplicate is recognised by its id.
create table inbox (
  id uuid primary key,
  received_at timestamptz not null default now()
);
-- For the sweeper, which deletes old rows.
create index inbox_by_time on inbox (received_at);
