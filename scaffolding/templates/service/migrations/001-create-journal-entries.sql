-- The app role may change rows, and nothing else.
grant usage on schema public to example_app;
alter default privileges in schema public grant select, insert, update, delete on tables to example_app;

create table journal_entries (
  -- The id of the event.
  id uuid primary key,
  customer_id uuid not null,
  subject text not null,
  occurred_at timestamptz not null
);
create index journal_entries_of_customer on journal_entries (customer_id, occurred_at desc, id desc);
