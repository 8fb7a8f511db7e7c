-- An update is heap-only, and writes no index entry, where no index names a column that changes: neither as a key nor
-- in its condition (https://www.postgresql.org/docs/current/storage-hot.html). An order's status changes twice, its end
-- once.
drop index orders_due;
create index orders_due on orders (coalesce(due_at, deadline_at)) where ended_at is null;

alter table orders
  add constraint orders_ended_check check ((ended_at is not null) = (status in ('confirmed', 'cancelled'))),
  -- Leaves room on each page for the next version of a row.
  set (fillfactor = 65);
