-- This service's own copy of the price list, kept by what inventory says of its products.
create table prices (
  sku text primary key,
  version integer not null,
  name text not null,
  price_cents bigint not null,
  currency text not null,
  deleted_at timestamptz
);
