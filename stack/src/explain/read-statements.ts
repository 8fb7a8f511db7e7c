import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { Failure } from '../failure.ts';
import { asParsable, isPlanned } from './statement-text.ts';

/** A statement of a service, since the counters of Postgres began; times in milliseconds. */
export type Statement = {
  text: string;
  calls: number;
  totalMs: number;
  meanMs: number;
  maxMs: number;
  /** Rows returned or changed. */
  rows: number;
  /** Whether its text is as the service sends it, with its constants, which the planner needs for a partial index. */
  hasConstants: boolean;
};

/** Since the first of them was counted. */
export type Statements = { since: Date | null; statements: Statement[] };

/** How long running statements are observed, whose texts have their constants. */
const OBSERVED_MS = 1_000;
const OBSERVED_EACH_MS = 20;

/**
 * Reads the statements of a role on a database, the dearest first, with the extension pg_stat_statements
 * (https://www.postgresql.org/docs/current/pgstatstatements.html).
 *
 * @param admin a connection to any database, of a role that may create the extension and read all statistics
 * @throws Failure where the extension is missing and cannot be created
 */
export async function readStatements(
  admin: Client,
  { database, role }: { database: string; role: string },
): Promise<Statements> {
  await ensureExtension(admin);
  const texts = await observeTexts(admin, { database, role });
  const { rows } = await admin.query<Omit<Statement, 'hasConstants'> & { id: string; since: Date }>(
    `select queryid::text as id, query as text, calls::float8, total_exec_time as "totalMs", mean_exec_time as "meanMs",
       max_exec_time as "maxMs", rows::float8, stats_since as since
     from pg_stat_statements
     join pg_roles on pg_roles.oid = userid
     join pg_database on pg_database.oid = dbid
     where datname = $1 and rolname = $2 and query not like '%pg_prepared_statements%'
     order by total_exec_time desc`,
    [database, role],
  );
  return {
    since: rows.reduce<Date | null>((first, { since }) => (first && first < since ? first : since), null),
    statements: rows
      .filter(({ text }) => isPlanned(text))
      .map(({ id, since: _, ...one }) => ({
        ...one,
        text: texts.get(id) ?? asParsable(one.text),
        hasConstants: texts.has(id),
      })),
  };
}

/** Forgets the statements of a database: they are counted from now on. */
export async function resetStatements(admin: Client, database: string): Promise<void> {
  await ensureExtension(admin);
  await admin.query('select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = $1', [
    database,
  ]);
}

async function ensureExtension(admin: Client): Promise<void> {
  try {
    await admin.query('create extension if not exists pg_stat_statements');
    await admin.query('select from pg_stat_statements limit 1');
  } catch (error) {
    const what = 'Postgres does not count statements here';
    const todo =
      'start it with shared_preload_libraries = pg_stat_statements, and with a role that may create extensions';
    throw new Failure(`${what} (${(error as Error).message}): ${todo}.`);
  }
}

/** The texts that connections run, or have run last, by the id of the statement. */
async function observeTexts(
  admin: Client,
  { database, role }: { database: string; role: string },
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const end = Date.now() + OBSERVED_MS; Date.now() < end; await sleep(OBSERVED_EACH_MS)) {
    // A text that fills its place has lost its end.
    const { rows } = await admin.query<{ id: string; text: string }>(
      `select query_id::text as id, query as text
       from pg_stat_activity
       where datname = $1 and usename = $2 and query_id is not null
         and octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 1`,
      [database, role],
    );
    for (const { id, text } of rows) texts.set(id, text);
  }
  return texts;
}
