import type { ClaimLimits, JobBacklog, JobRow } from '@repo/jobs';
import { type Queryable, sql } from '@repo/postgres';

/** An open order whose deadline has passed. */
export type OverdueOrder = JobRow;

/** Reads Postgres's clock; undefined if no open order is past its deadline. */
export async function readClockIfOverdue(database: Queryable): Promise<Date | undefined> {
  const [overdue] = await database.query(sql<{ now: Date }>`
    select now() as now
    from orders
    where ended_at is null and coalesce(due_at, deadline_at) <= now()
    limit 1`);
  return overdue?.now;
}

/** Claims the orders that were overdue at the time `at`. The lease is 30 seconds. */
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

/** The open orders whose deadline has passed. A lease ends within a minute, so the index finds claimed ones too. */
export async function readOverdueBacklog(database: Queryable): Promise<JobBacklog> {
  const [backlog] = await database.query(sql<JobBacklog>`
    select count(*) as rows, coalesce(extract(epoch from now() - min(deadline_at)), 0)::float8 as "oldestSeconds"
    from orders
    where ended_at is null and coalesce(due_at, deadline_at) <= now() + interval '1 minute' and deadline_at <= now()`);
  return backlog as JobBacklog;
}
