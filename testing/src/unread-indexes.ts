import type { Database } from '@repo/postgres';

/** In these a test has few rows or none, which Postgres finds by any index, such as the primary key. */
const RARELY_FILLED = ['dead_letters', 'idempotency_keys'];

/**
 * The indexes of a database that no statement has read by yet: each costs an entry for every row. Primary keys and unique
 * indexes are left out, since they are there for what they refuse. A connection reports what it has read up to ten seconds
 * later (https://www.postgresql.org/docs/current/monitoring-stats.html).
 */
export async function unreadIndexes(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>({
    text: `
      select indexrelname as name
      from pg_stat_user_indexes
      join pg_index using (indexrelid)
      where idx_scan = 0 and not indisunique and relname <> all($1)
      order by name`,
    values: [RARELY_FILLED],
  });
  return rows.map(({ name }) => name);
}
