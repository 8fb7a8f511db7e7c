-- A record is kept as it came: its key and its value are bytes, and there may be none of either. The texts about it
-- (aggregate, message_id, type, headers) are written so that they can hold any bytes: packages/events/src/kafka/readable.ts.
alter table dead_letters
  add column key bytea,
  alter column value drop not null;
