-- What Kafka refuses is parked until then, and what is said later of the same thing waits behind it.
alter table outbox
  add column parked_until timestamptz,
  add column parked_reason text,
  -- How often: each time for longer.
  add column parkings integer not null default 0;
create index outbox_parked on outbox (position) where parked_until is not null;
