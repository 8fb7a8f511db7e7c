-- The name of this copy of the price list: to Kafka, another copy is another consumer, and hears of all products from
-- the beginning.
create table price_lists (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now()
);
insert into price_lists default values;
revoke insert, update, delete on price_lists from order_app;
