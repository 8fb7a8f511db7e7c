alter table orders
  -- When its deadline is to be acted on again: moved on by whoever takes that up, so that nobody else does.
  add column due_at timestamptz,
  add column attempts integer not null default 0,
  -- When the money of a cancelled order came back.
  add column refunded_at timestamptz,
  add column traceparent text;

-- Orders on their way, by their deadline.
create index orders_due on orders (coalesce(due_at, deadline_at)) where status in ('placed', 'reserved');
