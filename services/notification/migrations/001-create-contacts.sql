-- The app role may change rows, and nothing else.
grant usage on schema public to notification_app;
alter default privileges in schema public grant select, insert, update, delete on tables to notification_app;

-- Where a customer can be written to. The one place of the whole system that knows an address: to clear it is to erase
-- it. A customer without one has a row too, so that whoever writes a message and whoever keeps an address meet there.
create table contacts (
  customer_id uuid primary key,
  email text,
  metadata jsonb not null default '{}',
  changed_at timestamptz not null default now(),
  deleted_at timestamptz
);
