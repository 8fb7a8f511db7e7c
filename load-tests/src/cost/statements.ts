import { openDatabase, type Queryable, sql } from '@repo/postgres';
import { databaseNames, serviceNames } from '@repo/stack';

/** A statement of a service, and the number of its calls. */
export interface Statement {
  /** Unique, whatever the text. */
  id: string;
  service: string;
  /** With $1, $2, ... in place of values. */
  text: string;
  calls: number;
  /** Rows returned or changed. */
  rows: number;
}

export interface Work {
  statements: Statement[];
  /** All transactions of the services' databases, and those that wrote. */
  transactions: number;
  writes: number;
}

export interface WorkReader {
  read(): Promise<Work>;
  close(): Promise<void>;
}

const databases = serviceNames.map((name) => databaseNames(name).database);
const appRoles = serviceNames.map((name) => databaseNames(name).appRole);

/** Reads Postgres's counters of the services' statements, without those of the bench itself. */
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
 * Each process of Postgres reports its transactions once a second, so a few are counted late. A transaction that writes
 * gets an id, and ids are sequential.
 */
async function countTransactions(database: Queryable): Promise<Pick<Work, 'transactions' | 'writes'>> {
  const [row] = await database.query(sql<{ transactions: number; writes: number }>`
    select sum(xact_commit + xact_rollback)::bigint as transactions,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint as writes
    from pg_stat_database
    where datname = any(${databases}::text[])`);
  return row ?? { transactions: 0, writes: 0 };
}
