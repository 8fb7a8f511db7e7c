import type { Queryable } from './queryable.ts';
import { sql } from './sql.ts';

/**
 * The time by Postgres's clock. Times that are compared with rows must be of this clock, since each host has its own. The
 * clock runs during a transaction: after a statement that waits for locks, it returns when they were acquired.
 */
export async function readClock(connection: Queryable): Promise<Date> {
  const [row] = await connection.query(sql<{ now: Date }>`select clock_timestamp() as now`);
  return (row as { now: Date }).now;
}

/**
 * The latest of the times at which rows were locked, from a statement that returns `clock_timestamp()` with each row. If a
 * row has changed while the statement waited for it, Postgres evaluates the row again, so the time is after the change
 * (https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED).
 *
 * @returns the beginning of 1970 for no rows
 */
export function latestOf(times: Date[]): Date {
  return new Date(Math.max(0, ...times.map((time) => time.getTime())));
}
