-- Events that this service failed to process, and later events of the same aggregate. An aggregate with a row here
-- is parked: its events wait, in the order of their positions, until an operator has replayed or discarded the first.
create table dead_letters (
  id uuid primary key,
  position bigint generated always as identity,
  aggregate text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  -- The key and the value of the record are its bytes; either may be null. The texts (aggregate, message_id, type,
  -- headers) have a form that can hold any bytes (decision 023).
  message_id text,
  type text,
  key bytea,
  value bytea,
  headers jsonb not null,
  -- malformed: the record breaks the contract. failed: the use case threw. behind: the record waits for an earlier one.
  kind text not null check (kind in ('malformed', 'failed', 'behind')),
  error text,
  attempts integer not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  -- When the next replay is due; null except for the first row of a parked aggregate.
  replay_at timestamptz,
  -- A topic that was deleted and created again begins at offset 0: message_id separates its events from the old ones.
  unique nulls not distinct (topic, partition, "offset", message_id)
);
create index dead_letters_of_aggregate on dead_letters (aggregate, position);
create index dead_letters_to_replay on dead_letters (replay_at) where replay_at is not null;

-- What operators did about dead letters, and the results.
create table dead_letter_actions (
  id uuid primary key,
  dead_letter_id uuid not null,
  message_id text,
  aggregate text not null,
  action text not null check (action in ('replay', 'replayed', 'failed again', 'discarded')),
  actor uuid,
  reason text,
  at timestamptz not null default now()
);
do $$
begin
  -- The app role may add rows, and change none.
  execute format('revoke update, delete on dead_letter_actions from %I', replace(current_user, '_migrator', '_app'));
end
$$;
