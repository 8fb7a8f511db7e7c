import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/**
 * What time it is by Postgres's clock. Whatever is compared with rows is of this clock, since each host has one of its
 * own. In a transaction it goes on, so sent behind a statement that waits for locks it answers when these were taken.
 */
export async function readClock(connection: Queryable): Promise<Date> {
  const [row] = await connection.query(sql<{ now: Date }>`select clock_timestamp() as now`);
  return (row as { now: Date }).now;
}
