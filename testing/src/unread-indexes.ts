import type { Database } from '@repo/postgres';

/** A test has few rows or none in these tables, and Postgres finds those by any index, such as the primary key. */
const RARELY_FILLED = ['dead_letters', 'idempotency_keys'];

/**
 * Lists the indexes of a database that no statement has used yet; each costs an entry for every row. Primary keys and unique
 * indexes are left out, since their purpose is to refuse rows. A connection reports its reads up to ten seconds later
 * (https://www.postgresql.org/docs/current/monitoring-stats.html).
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
