import { databaseNames, type Running, serviceNames } from '@repo/stack';
import pg from 'pg';
import type { RunContext } from '../run-context.ts';
import { urlOf } from '../validity/auditor.ts';
import { type Column, functions, statementToCopy, statementToKeep, tablesToCopy } from './copies.ts';

export interface FillOptions {
  /** The number of orders after the fill. */
  orders: number;
  /** The number of orders that have ended already; these are copied. */
  originals: number;
  /** The time at which the first of these was placed, by Postgres's clock. */
  since: Date;
}

/** All copies lie within so many hours, so the sweeper finds no key old enough during the measurements. */
const HOURS = 12;
const ROWS_AT_ONCE = 50_000;

/**
 * Fills the databases with copies of ended orders, table by table. It copies every column, so the rows are as the system
 * writes them. Foreign keys are not checked one by one, as in a restore. Returns the number of copies of each order.
 */
export async function fillDatabases(
  { servers }: Running,
  { orders, originals, since }: FillOptions,
  { print, signal }: RunContext,
): Promise<number> {
  const copies = Math.max(0, Math.ceil(orders / originals) - 1);
  if (copies === 0) return 0;
  print(`filling the databases: ${copies} copies of each of ${originals} orders`);
  const stepMs = Math.floor((HOURS * 3_600_000) / copies);
  const begin = performance.now();
  await Promise.all(
    serviceNames.map((service) => {
      const url = urlOf(servers.postgres.url, databaseNames(service).database);
      return inSession(url, (client) => fillDatabase(client, { copies, originals, stepMs, since, signal }));
    }),
  );
  print(`  it took ${((performance.now() - begin) / 1_000).toFixed(0)} s`);
  return copies;
}

interface Filling {
  copies: number;
  originals: number;
  stepMs: number;
  since: Date;
  signal: AbortSignal;
}

async function fillDatabase(client: pg.Client, options: Filling): Promise<void> {
  const { copies, originals, stepMs, since, signal } = options;
  await client.query(`set session_replication_role = replica; set synchronous_commit = off; ${functions}`);
  const columns = await listColumns(client);
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / originals));
  for (const table of tablesToCopy(columns)) {
    const { text, needsTime } = statementToKeep(table);
    await client.query(
      `create temporary table original_${table} as ${needsTime ? inTime(text, since) : text}`,
    );
    for (let last = copies; last > 0; last -= atOnce) {
      signal.throwIfAborted();
      await client.query(statementToCopy(table, columns), [Math.max(1, last - atOnce + 1), last, stepMs]);
    }
  }
  if (columns.some(({ table }) => table === 'stock')) await client.query(sellCopies, [copies]);
  // As autovacuum would do later, during the measurements.
  await client.query('vacuum (analyze)');
}

/** `create table as` takes no parameters. */
function inTime(text: string, since: Date): string {
  return text.replace('$1', pg.escapeLiteral(since.toISOString()));
}

const sellCopies = `
  update stock
  set sold = sold + sold * $1, restocked = restocked + sold * $1
  where sold > 0`;

async function listColumns(client: pg.Client): Promise<Column[]> {
  const { rows } = await client.query<Column>(`
    select table_name as "table", column_name as "name", data_type as "type"
    from information_schema.columns
    where table_schema = 'public' and is_identity = 'NO' and is_generated = 'NEVER'
      and table_name in (select tablename from pg_tables where schemaname = 'public')
    order by table_name, ordinal_position`);
  return rows;
}

async function inSession<Of>(url: string, work: (client: pg.Client) => Promise<Of>): Promise<Of> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
