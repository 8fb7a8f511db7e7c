-- When the status of an order changed last, for the durations of its stages. The history has it too, but a statement that
-- waits for the row of an order does not see the history that the other transaction has committed meanwhile. Null until
-- the first change: an order begins at placed_at.
alter table orders add column changed_at timestamptz;
