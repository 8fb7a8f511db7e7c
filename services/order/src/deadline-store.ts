import type { ClaimLimits, JobRow } from '@repo/jobs';
import { type Queryable, sql } from '@repo/postgres';

/** An open order whose deadline has passed. */
export type OverdueOrder = JobRow;

/** Postgres's time if any open order is past its deadline, else undefined. */
export async function findOverdueTime(database: Queryable): Promise<Date | undefined> {
  const [overdue] = await database.query(sql<{ now: Date }>`
    select now() as now
    from orders
    where ended_at is null and coalesce(due_at, deadline_at) <= now()
    limit 1`);
  return overdue?.now;
}

/** Claims the orders that were overdue at a time. After half a minute another replica may claim them. */
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
