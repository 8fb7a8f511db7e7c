-- What became of an order's stock. A release that came before its reserve stands here too, and refuses it.
create table reservations (
  order_id uuid primary key,
  status text not null check (status in ('reserved', 'rejected', 'released', 'sold')),
  version integer not null check (version > 0),
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  changed_at timestamptz not null,
  deleted_at timestamptz
);

create table reservation_lines (
  order_id uuid not null references reservations (order_id),
  sku text not null references stock (sku),
  quantity integer not null check (quantity > 0),
  primary key (order_id, sku)
);
create index reservation_lines_of_sku on reservation_lines (sku);
