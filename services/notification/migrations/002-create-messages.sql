create table messages (
  -- The id of the event that the message is about, so that a duplicate is recognised.
  id uuid primary key,
  order_id uuid not null,
  customer_id uuid not null references contacts (customer_id),
  kind text not null check (kind in ('order-confirmed', 'order-cancelled', 'order-refunded')),
  status text not null check (status in ('waiting', 'sent', 'failed')),
  -- The facts that the text is made from. They contain no address.
  details jsonb not null,
  -- When the message is to be sent next; null while the customer has no address.
  due_at timestamptz,
  -- The end of the lease of the worker that sends the message; null when no worker does. due_at alone cannot separate
  -- messages that are being sent from messages that were postponed.
  leased_until timestamptz,
  attempts integer not null default 0,
  -- A message whose recipient the mail server refuses permanently has failed. This is the code of the reply (RFC 5321,
  -- RFC 3463) and never its text, which often repeats the address.
  failure_code text,
  traceparent text,
  created_at timestamptz not null,
  sent_at timestamptz,
  constraint messages_failure_code_check check ((status = 'failed') = (failure_code is not null))
  -- Leaves room on each page for the next version of a row: a claim changes leased_until alone, which no index names,
  -- so it can be a heap-only update.
) with (fillfactor = 65);

create index messages_due on messages (due_at) where status = 'waiting';
-- A new address makes waiting and failed messages due.
create index messages_unsent_of_customer on messages (customer_id) where status in ('waiting', 'failed');
create index messages_of_customer on messages (customer_id, created_at desc, id desc);
