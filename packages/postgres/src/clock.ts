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

/**
 * The latest of the times at which rows were locked: that of a statement which returns `clock_timestamp()` with each row.
 * Where a row was waited for, and has changed meanwhile, Postgres computes all that it returns anew, so the time is after
 * the change (https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED).
 *
 * @returns the beginning of 1970 for no rows, of which nothing can be written down either
 */
export function latestOf(times: Date[]): Date {
  return new Date(Math.max(0, ...times.map((time) => time.getTime())));
}
