import { openDatabase, type Queryable, sql } from '@repo/postgres';
import { databaseNames, serviceNames } from '@repo/stack';

/** A statement of a service, and how often Postgres has run it. */
export interface Statement {
  /** Unique, whatever the text. */
  id: string;
  service: string;
  /** With $1, $2, ... in place of values. */
  text: string;
  calls: number;
  /** That it returned or changed. */
  rows: number;
}

export interface Work {
  statements: Statement[];
  /** All transactions of the services' databases, and those that wrote something. */
  transactions: number;
  writes: number;
}

export interface WorkReader {
  read(): Promise<Work>;
  close(): Promise<void>;
}

const databases = serviceNames.map((name) => databaseNames(name).database);
const appRoles = serviceNames.map((name) => databaseNames(name).appRole);

/** Reads what Postgres counts of the services' statements; what the bench itself asks is not among them. */
export async function openWorkReader(postgresUrl: string): Promise<WorkReader> {
  const database = openDatabase({ url: postgresUrl, name: 'bench', connections: 1 });
  await database.query(sql`create extension if not exists pg_stat_statements`);
  return {
    async read() {
      const [statements, counts] = await Promise.all([listStatements(database), countTransactions(database)]);
      return { statements, ...counts };
    },
    close: database.close,
  };
}

function listStatements(database: Queryable): Promise<Statement[]> {
  return database.query(sql<Statement>`
    select concat_ws('/', userid, dbid, queryid, toplevel) as id, datname as service, query as text, calls, rows
    from pg_stat_statements
    join pg_roles on pg_roles.oid = userid
    join pg_database on pg_database.oid = dbid
    where rolname = any(${appRoles}::text[])`);
}

/**
 * Each process of Postgres tells of its transactions once a second, so that a few are counted a little later. What wrote
 * something has a number, and these numbers are given one after the other.
 */
async function countTransactions(database: Queryable): Promise<Pick<Work, 'transactions' | 'writes'>> {
  const [row] = await database.query(sql<{ transactions: number; writes: number }>`
    select sum(xact_commit + xact_rollback)::bigint as transactions,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint as writes
    from pg_stat_database
    where datname = any(${databases}::text[])`);
  return row ?? { transactions: 0, writes: 0 };
}
