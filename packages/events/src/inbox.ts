import { type Queryable, sql, type Transaction } from '@tenfold/postgres';

/**
 * Notes messages as taken in, in the transaction of their effect, and answers the ids of those that are new. Kafka
 * delivers at least once; a message whose id is here already has had its effect.
 * (Idempotent consumer: https://microservices.io/patterns/communication-style/idempotent-consumer.html)
 *
 * @param ids may hold one id twice; it is new once.
 */
export async function claimMessages(tx: Transaction, ids: string[]): Promise<Set<string>> {
  const fresh = await tx.query(sql<{ id: string }>`
    insert into inbox (id)
    select id from unnest(${[...ids].sort()}::uuid[]) as id
    on conflict (id) do nothing
    returning id`);
  return new Set(fresh.map((row) => row.id));
}

/**
 * Forgets messages that were taken in long ago by Postgres's clock, the oldest first; answers how many. Replicas share
 * the work.
 */
export async function forgetMessages(
  database: Queryable,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const gone = await database.query(sql<{ id: string }>`
    with old as (
      select id
      from inbox
      where received_at < now() - make_interval(secs => ${olderThanMs / 1_000}::double precision)
      order by received_at
      limit ${limit}
      for update skip locked
    )
    delete from inbox
    using old
    where inbox.id = old.id
    returning inbox.id`);
  return gone.length;
}
