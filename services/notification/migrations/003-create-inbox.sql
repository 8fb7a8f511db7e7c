-- What this service has heard.
create table inbox (
  id uuid primary key,
  received_at timestamptz not null default now()
);
