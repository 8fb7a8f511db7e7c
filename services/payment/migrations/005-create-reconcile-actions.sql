-- Repairs that operators made with `npm run reconcile -- --apply`.
create table reconcile_actions (
  id uuid primary key,
  order_id uuid not null,
  action text not null check (action in ('cancelled', 'published again')),
  actor text not null,
  reason text not null,
  at timestamptz not null default now()
);
do $$
begin
  -- The app role may add rows, and change none.
  execute format('revoke update, delete on reconcile_actions from %I', replace(current_user, '_migrator', '_app'));
end
$$;
