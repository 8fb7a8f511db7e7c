-- The app role may change rows, and nothing else.
grant usage on schema public to payment_app;
alter default privileges in schema public grant select, insert, update, delete on tables to payment_app;

create table payments (
  -- Also the key under which the payment provider knows the capture.
  id uuid primary key,
  order_id uuid not null unique,
  customer_id uuid not null,
  status text not null check (status in ('pending', 'captured', 'declined', 'refunded')),
  version integer not null check (version > 0),
  amount_cents bigint not null check (amount_cents >= 0),
  refunded_cents bigint not null default 0 check (refunded_cents between 0 and amount_cents),
  currency text not null,
  -- Opaque, and forgotten once the payment is settled.
  payment_token text,
  -- What the provider calls the capture.
  capture_id text,
  -- When it is to be tried next; whoever takes it moves this on, so that nobody else does.
  due_at timestamptz,
  attempts integer not null default 0,
  traceparent text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  settled_at timestamptz,
  deleted_at timestamptz
);

create index payments_due on payments (due_at) where status = 'pending';
create index payments_of_customer on payments (customer_id, created_at desc, id desc) where deleted_at is null;
