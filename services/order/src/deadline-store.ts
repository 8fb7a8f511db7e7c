import type { ClaimLimits, JobRow } from '@repo/jobs';
import { type Queryable, sql } from '@repo/postgres';

/** An order whose time is up. */
export type OverdueOrder = JobRow;

/** What time it is by Postgres's clock, where the time of any order is up by then. */
export async function findOverdueTime(database: Queryable): Promise<Date | undefined> {
  const [overdue] = await database.query(sql<{ now: Date }>`
    select now() as now
    from orders
    where ended_at is null and coalesce(due_at, deadline_at) <= now()
    limit 1`);
  return overdue?.now;
}

/** Takes orders whose time was up at some moment, and leaves them to others in half a minute should nothing come of it. */
export async function claimOverdueOrders(
  database: Queryable,
  { at, limit, retries }: ClaimLimits & { at: Date },
): Promise<OverdueOrder[]> {
  return await database.query(sql<OverdueOrder>`
    with overdue as (
      select id
      from orders
      where ended_at is null and coalesce(due_at, deadline_at) <= ${at}
        and (attempts = 0 or ${retries})
      order by coalesce(due_at, deadline_at)
      limit ${limit}
      for update skip locked
    )
    update orders
    set due_at = now() + interval '30 seconds', attempts = attempts + 1
    from overdue
    where orders.id = overdue.id
    returning orders.id, attempts, traceparent`);
}

export async function postponeOrder(
  database: Queryable,
  { id }: OverdueOrder,
  delayMs: number,
): Promise<void> {
  await database.query(sql`
    update orders
    set due_at = now() + make_interval(secs => ${delayMs / 1000}::double precision)
    where id = ${id}`);
}
