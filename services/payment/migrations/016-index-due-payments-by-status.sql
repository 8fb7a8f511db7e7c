-- A statement that is planned once, for any status, cannot use an index whose condition names one of them.
drop index payments_due;
drop index payments_refunds_due;
create index payments_due on payments (status, due_at) where due_at is not null;
