/** A column as Postgres describes it. */
export interface Column {
  table: string;
  name: string;
  type: string;
}

/**
 * The ids and times of a copy are computed from those of the original and the number of the copy, so the rows of one
 * order belong together in all databases. Ids stay in the order of their times (UUIDv7, RFC 9562), like those of the
 * system. Several copies belong to one customer, whose id contains no time. (`strict` and `n::text` let Postgres inline
 * the functions instead of calling them for each row.)
 */
export const functions = `
  create function pg_temp.shift_ms(n bigint, step_ms bigint) returns bigint
    language sql immutable strict return 3600000 + n * step_ms;
  create function pg_temp.copied_id(id uuid, n bigint, step_ms bigint) returns uuid
    language sql immutable strict return (
      lpad(to_hex(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - pg_temp.shift_ms(n, step_ms)), 12, '0')
      || '7' || substr(md5(id::text || n::text), 1, 3) || '8' || substr(md5(id::text || n::text), 4, 15)
    )::uuid;
  create function pg_temp.copied_customer(id uuid, n bigint) returns uuid
    language sql immutable strict return md5(id::text || (n / 8)::text)::uuid;
  create function pg_temp.copied_text(text text, n bigint, step_ms bigint) returns text
    language sql immutable strict return replace(
      text,
      substring(text from '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}'),
      pg_temp.copied_id(
        substring(text from '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}')::uuid, n, step_ms)::text);`;

/** Tables of which only some rows are copied: those of orders, from the time $1 on. */
const conditions: Record<string, string> = {
  idempotency_keys: `where route = 'POST /v1/orders' and created_at >= $1`,
  inbox: 'where received_at >= $1',
};

/** Tables whose rows do not belong to one order, or that must stay empty. */
const notCopied =
  /^(schema_migrations|outbox|products|stock|prices|price_lists|dead_letter.*|reconcile_actions)$/;

export function tablesToCopy(columns: Column[]): string[] {
  return [...new Set(columns.map(({ table }) => table))].filter((table) => !notCopied.test(table));
}

/** Selects the rows that are copied: all of them for a table without a condition, which does not use $1. */
export function statementToKeep(table: string): { text: string; needsTime: boolean } {
  const condition = conditions[table];
  return {
    text: `select * from ${table} ${condition ?? ''}`,
    needsTime: condition !== undefined,
  };
}

/** Writes the copies from number $1 to $2, $3 milliseconds apart; the oldest first, as orders arrive. */
export function statementToCopy(table: string, columns: Column[]): string {
  const own = columns.filter((column) => column.table === table);
  return `
    insert into ${table} (${own.map(({ name }) => name).join(', ')})
    select ${own.map(copyOf).join(', ')}
    from generate_series($2::bigint, $1::bigint, -1) as n
    cross join lateral (select * from original_${table} where n > 0 offset 0) as original
    on conflict do nothing`;
}

function copyOf({ table, name, type }: Column): string {
  const column = `original.${name}`;
  if (name === 'customer_id') return `pg_temp.copied_customer(${column}, n)`;
  if (type === 'uuid') return `pg_temp.copied_id(${column}, n, $3)`;
  if (type === 'timestamp with time zone')
    return `${column} - pg_temp.shift_ms(n, $3) * interval '1 millisecond'`;
  if (table !== 'idempotency_keys') return column;
  if (name === 'key') return `${column} || '-' || n::text`;
  return name === 'location' || name === 'body' ? `pg_temp.copied_text(${column}, n, $3)` : column;
}
