-- The end of the lease of the worker that has the payment in hand; null when no worker does. As a change of due_at, which
-- stands in indexes, a claim could not be a heap-only update, and it was one of two that each payment costs.
alter table payments
  add column leased_until timestamptz,
  -- Leaves room on each page for the next version of a row.
  set (fillfactor = 65);
