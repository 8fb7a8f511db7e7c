-- A message whose recipient the mail server refuses permanently ends as failed. The column holds the code of the reply
-- (RFC 5321, RFC 3463) and never its text, which often repeats the address.
alter table messages
  drop constraint messages_status_check,
  add constraint messages_status_check check (status in ('waiting', 'sent', 'failed')),
  add column failure_code text,
  add constraint messages_failure_code_check check ((status = 'failed') = (failure_code is not null)),
  -- The end of the lease of the worker that sends the message; null when no worker does. due_at alone cannot separate
  -- messages that are being sent from messages that were postponed.
  add column leased_until timestamptz;

-- A new address makes waiting and failed messages due.
create index messages_unsent_of_customer on messages (customer_id) where status in ('waiting', 'failed');
drop index messages_waiting_of_customer;
