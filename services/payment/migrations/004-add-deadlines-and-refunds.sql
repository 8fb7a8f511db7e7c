alter table payments
  -- After this the provider is not asked for the first time.
  add column deadline_at timestamptz,
  -- When it was first asked: from then on its answer has to be found out.
  add column asked_at timestamptz,
  -- When the order was cancelled: what has been captured, or turns out to have been, is paid back.
  add column cancelled_at timestamptz;
update payments set asked_at = created_at where attempts > 0;

-- Captures that are to be paid back.
create index payments_refunds_due on payments (due_at) where status = 'captured' and due_at is not null;
