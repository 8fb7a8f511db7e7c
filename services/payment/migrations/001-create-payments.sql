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
  -- Opaque; cleared when the payment is settled.
  payment_token text,
  -- The provider's id of the capture.
  capture_id text,
  -- When the provider is to be called next, for a capture or a refund; null when no call is needed.
  due_at timestamptz,
  -- The end of the lease of the worker that calls the provider; null when no worker does. A claim could change due_at
  -- instead, but indexes name due_at, so the update would not be heap-only, and each payment is updated twice.
  leased_until timestamptz,
  attempts integer not null default 0,
  -- How often the provider has refused the call that is due. Alarms and the backoff depend on it.
  refusals integer not null default 0,
  -- Since when every call was refused; null again as soon as the outcome of a call is unknown.
  refused_since timestamptz,
  traceparent text,
  created_at timestamptz not null,
  -- After the deadline there is no first call to the provider.
  deadline_at timestamptz,
  -- The time of the first call. From then on the provider may have captured the payment, and its answer must be found.
  asked_at timestamptz,
  -- When the order was cancelled. A capture is then refunded, even if its outcome becomes known later.
  cancelled_at timestamptz,
  settled_at timestamptz,
  -- The id of the event that announced the current status. Published again under this id, it takes effect once.
  event_id uuid,
  -- Set on a tombstone: the order was cancelled before its payment was requested.
  deleted_at timestamptz
  -- Leaves room on each page for the next version of a row.
) with (fillfactor = 65);

-- The index names no status in its condition: a statement that is planned once, for any status, could not use it.
create index payments_due on payments (status, due_at) where due_at is not null;
create index payments_of_customer on payments (customer_id, created_at desc, id desc) where deleted_at is null;
