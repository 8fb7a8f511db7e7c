-- The event that says what the payment has become: published again under this id, it takes effect once.
alter table payments add column event_id uuid;

-- What people have healed with `npm run reconcile -- --apply`.
create table reconcile_actions (
  id uuid primary key,
  order_id uuid not null,
  action text not null check (action in ('cancelled', 'published again')),
  actor text not null,
  reason text not null,
  at timestamptz not null default now()
);
create index reconcile_actions_of_order on reconcile_actions (order_id);
do $$
begin
  -- The service's own role, which may add to this and change nothing.
  execute format('revoke update, delete on reconcile_actions from %I', replace(current_user, '_migrator', '_app'));
end
$$;
