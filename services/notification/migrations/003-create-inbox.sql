-- Messages that this service has processed: a duplicate is recognised by its id.
create table inbox (
  id uuid primary key,
  received_at timestamptz not null default now()
);
-- For the sweeper, which deletes old rows.
create index inbox_by_time on inbox (received_at);
