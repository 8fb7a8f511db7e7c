-- A message that the mail server refuses for good, because of its recipient, ends as failed. The code of the reply
-- stands here (RFC 5321 and RFC 3463), and never its text, which often repeats the address.
alter table messages
  drop constraint messages_status_check,
  add constraint messages_status_check check (status in ('waiting', 'sent', 'failed')),
  add column failure_code text,
  add constraint messages_failure_code_check check ((status = 'failed') = (failure_code is not null)),
  -- Until when the worker that claimed it has it to itself; none while nobody has. due_at alone does not tell a message
  -- that is being sent from one that was postponed.
  add column leased_until timestamptz;

-- A new address brings back what waits, and what has failed.
create index messages_unsent_of_customer on messages (customer_id) where status in ('waiting', 'failed');
drop index messages_waiting_of_customer;
