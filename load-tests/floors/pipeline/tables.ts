/** The tables of each process of the pipeline; each process has its own database. */
const messaging = `
  create table outbox (
    position bigint generated always as identity primary key,
    id uuid not null default gen_random_uuid(),
    type text not null,
    key uuid not null,
    data json not null
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  create table inbox (id uuid primary key);`;

export const tables = {
  order: `${messaging}
    create table keys (key text primary key, order_id uuid not null);
    create table orders (id uuid primary key, status text not null, lines json not null, total_cents bigint not null);
    create table order_lines (order_id uuid, sku text, quantity integer not null, primary key (order_id, sku));
    create table order_history (order_id uuid, status text, primary key (order_id, status));`,
  inventory: `${messaging}
    create table stock (sku text primary key, reserved bigint not null default 0, sold bigint not null default 0)
      with (fillfactor = 50);
    create table reservations (order_id uuid primary key, lines json not null);`,
  payment: `${messaging}
    create table payments (order_id uuid primary key, amount_cents bigint not null, capture_id text);`,
  notification: `${messaging}
    create table messages (id uuid primary key, order_id uuid not null);`,
};

export type Stage = keyof typeof tables;
export const stages = Object.keys(tables) as Stage[];
