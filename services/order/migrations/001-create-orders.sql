-- The app role may change rows, and nothing else.
grant usage on schema public to order_app;
alter default privileges in schema public grant select, insert, update, delete on tables to order_app;

create table orders (
  id uuid primary key,
  customer_id uuid not null,
  status text not null check (status in ('placed', 'reserved', 'confirmed', 'cancelled')),
  version integer not null check (version > 0),
  total_cents bigint not null check (total_cents >= 0),
  currency text not null,
  -- Opaque, and forgotten when the order ends.
  payment_token text,
  reason text check (reason in ('out-of-stock', 'payment-declined', 'customer', 'deadline')),
  metadata jsonb not null default '{}',
  placed_at timestamptz not null,
  deadline_at timestamptz not null,
  ended_at timestamptz,
  deleted_at timestamptz
);

-- A customer's orders, newest first: all of them, and those of one status.
create index orders_of_customer on orders (customer_id, placed_at desc, id desc) where deleted_at is null;
create index orders_of_customer_by_status on orders (customer_id, status, placed_at desc, id desc)
  where deleted_at is null;

-- Name and price as they were when the order was placed.
create table order_lines (
  order_id uuid not null references orders (id),
  position smallint not null,
  sku text not null,
  name text not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents bigint not null check (unit_price_cents >= 0),
  primary key (order_id, position)
);

create table order_history (
  order_id uuid not null references orders (id),
  version integer not null,
  status text not null,
  at timestamptz not null,
  primary key (order_id, version)
);
revoke update, delete on order_history from order_app;
