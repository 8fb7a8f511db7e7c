-- This service's own copy of the price list, updated by the events of product.events.
create table prices (
  sku text primary key,
  version integer not null,
  name text not null,
  price_cents bigint not null,
  currency text not null,
  deleted_at timestamptz
);

-- The id of this copy names its consumer group: another copy is another group, and consumes all products from the
-- beginning.
create table price_lists (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now()
);
insert into price_lists default values;
revoke insert, update, delete on price_lists from order_app;
