-- The app role may change rows, and nothing else.
grant usage on schema public to notification_app;
alter default privileges in schema public grant select, insert, update, delete on tables to notification_app;

-- The customers' addresses. No other table or event of the system holds one: to clear it is to erase it. A customer
-- without an address has a row too: a transaction that writes a message and one that saves an address both lock it.
create table contacts (
  customer_id uuid primary key,
  email text,
  changed_at timestamptz not null default now(),
  deleted_at timestamptz
);
