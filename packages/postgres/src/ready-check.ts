import { readdir } from 'node:fs/promises';
import type { Database } from './database.ts';
import { sqlState } from './errors.ts';
import { sql } from './sql.ts';

/**
 * A check that passes when the database responds and has every migration of a folder. A database that is newer than this
 * code is accepted: migrations expand first, so two versions of a service can run at the same time while one replaces the
 * other, and contract a release later.
 *
 * @param migrations the folder with the files `NNN-verb-noun.sql`
 * @returns a function that rejects with an Error whose message tells an operator, in one sentence, what to do
 */
export function createReadyCheck(database: Database, migrations: string): () => Promise<void> {
  let isCurrent = false;

  return async () => {
    try {
      await database.ping();
      if (isCurrent) return;
      const missing = await findMissing(database, migrations);
      if (missing.length > 0) throw new Error(`The schema is too old: run the migrate step (${missing}).`);
      // Migrations are forward only, so this stays true.
      isCurrent = true;
    } catch (error) {
      throw isRefused(error) ? refusal(error) : error;
    }
  };
}

async function findMissing(database: Database, migrations: string): Promise<string[]> {
  const names = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
  const applied = await readNames(database);
  return names.filter((name) => !applied.has(name));
}

/** Before the first migration the table does not exist. */
async function readNames(database: Database): Promise<Set<string>> {
  try {
    const rows = await database.query(sql<{ name: string }>`select name from schema_migrations`);
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if (sqlState(error) === '42P01') return new Set();
    throw error;
  }
}

/** SQLSTATE class 28: invalid authorization. */
function isRefused(error: unknown): boolean {
  return sqlState(error)?.startsWith('28') === true;
}

function refusal(cause: unknown): Error {
  return new Error('Postgres refuses the user or the password in DATABASE_URL: check its secret.', { cause });
}
