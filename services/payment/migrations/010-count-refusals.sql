alter table payments
  -- How often the provider has refused the call that is due; alarms and backoff go by it.
  add column refusals integer not null default 0,
  -- Since when every call was refused; empty again as soon as the outcome of a call is not known.
  add column refused_since timestamptz;
