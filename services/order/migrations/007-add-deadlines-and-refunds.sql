alter table orders
  -- When its deadline is to be acted on: moved on by whoever takes that up, so that nobody else does.
  add column due_at timestamptz,
  -- When the money of a cancelled order came back.
  add column refunded_at timestamptz,
  add column traceparent text;
update orders set due_at = deadline_at;
alter table orders alter column due_at set not null;

-- Orders on their way, by their deadline.
create index orders_due on orders (due_at) where status in ('placed', 'reserved');
