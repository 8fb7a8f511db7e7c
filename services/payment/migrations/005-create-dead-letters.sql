-- What this service has heard and could not cope with, and what has come after it about the same thing. A thing that
-- has a row here is parked: all that is said of it waits, in this order, until a person has dealt with the first.
create table dead_letters (
  id uuid primary key,
  position bigint generated always as identity,
  -- What it speaks of.
  aggregate text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  message_id text,
  type text,
  value bytea not null,
  headers jsonb not null,
  -- malformed: it is not what the contract says. failed: the use case threw. behind: it waits for another.
  kind text not null check (kind in ('malformed', 'failed', 'behind')),
  error text,
  attempts integer not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  -- When it is to be tried again; only the first of a parked thing has one.
  replay_at timestamptz,
  unique (topic, partition, "offset")
);
create index dead_letters_of_aggregate on dead_letters (aggregate, position);
create index dead_letters_to_replay on dead_letters (replay_at) where replay_at is not null;

-- What people have done about them, and what came of it.
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
  -- The service's own role, which may add to this and change nothing.
  execute format('revoke update, delete on dead_letter_actions from %I', replace(current_user, '_migrator', '_app'));
end
$$;
