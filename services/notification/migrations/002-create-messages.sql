create table messages (
  -- The id of the event that it tells of, so that a repeat is recognised.
  id uuid primary key,
  order_id uuid not null,
  customer_id uuid not null references contacts (customer_id),
  kind text not null check (kind in ('order-confirmed', 'order-cancelled', 'order-refunded')),
  status text not null check (status in ('waiting', 'sent')),
  -- What the text is made from. It holds no address.
  details jsonb not null,
  -- When it is to be sent next; none while the customer has no address. Whoever takes it moves this on.
  due_at timestamptz,
  attempts integer not null default 0,
  traceparent text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  sent_at timestamptz,
  deleted_at timestamptz
);

create index messages_due on messages (due_at) where status = 'waiting';
create index messages_waiting_of_customer on messages (customer_id) where status = 'waiting';
create index messages_of_customer on messages (customer_id, created_at desc, id desc) where deleted_at is null;
