-- What this service has yet to say. A queue: few rows at a time, so vacuumed by their number and not by a share.
create table outbox (
  position bigint generated always as identity primary key,
  id uuid not null,
  topic text not null,
  type text not null,
  key text not null,
  data json not null,
  traceparent text,
  created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What it has heard.
create table inbox (
  id uuid primary key,
  received_at timestamptz not null default now()
);
