-- The stock of an order. A release that comes before its reservation leaves a tombstone here, which refuses it.
create table reservations (
  order_id uuid primary key,
  status text not null check (status in ('reserved', 'rejected', 'released', 'sold')),
  version integer not null check (version > 0),
  -- When the order should have ended; a tombstone has none.
  deadline_at timestamptz,
  -- When an alarm was raised for a reservation that is open long after its deadline; there is one for each reservation.
  alarmed_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index reservations_open on reservations (deadline_at) where status = 'reserved' and alarmed_at is null;

create table reservation_lines (
  order_id uuid not null references reservations (order_id),
  sku text not null references stock (sku),
  quantity integer not null check (quantity > 0),
  primary key (order_id, sku)
);
