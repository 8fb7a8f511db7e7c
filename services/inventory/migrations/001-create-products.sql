-- The app role may change rows, and nothing else.
grant usage on schema public to inventory_app;
alter default privileges in schema public grant select, insert, update, delete on tables to inventory_app;

create table products (
  id uuid primary key,
  -- A deleted product keeps its sku: no other product can use it.
  sku text not null unique,
  version integer not null check (version > 0),
  name text not null,
  price_cents bigint not null check (price_cents >= 0),
  currency text not null,
  metadata jsonb not null default '{}',
  listed_at timestamptz not null,
  deleted_at timestamptz
);

-- Apart from products, since it changes with each order: restocked = available + reserved + sold, always.
create table stock (
  sku text primary key references products (sku),
  available bigint not null check (available >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  sold bigint not null default 0 check (sold >= 0),
  restocked bigint not null,
  check (restocked = available + reserved + sold)
) with (fillfactor = 50);
