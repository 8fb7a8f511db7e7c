import { type Queryable, sql, type Transaction } from '@repo/postgres';

/** A message to be noted as processed, and what it speaks of. */
export interface Claim {
  id: string;
  /** The aggregate whose dead letters it must not overtake; null for a message that is a dead letter itself. */
  aggregate: string | null;
}

export interface Claimed {
  /** The ids of those that are new. */
  fresh: Set<string>;
  /** The aggregates that are parked: their messages have to wait, and are not noted. */
  parked: Set<string>;
}

/**
 * Notes messages as processed, in the transaction of their effect, and tells which are new, and which have to wait behind
 * a dead letter. Kafka delivers at least once; a message whose id is here already has had its effect.
 * (Idempotent consumer: https://microservices.io/patterns/communication-style/idempotent-consumer.html)
 *
 * It waits for whoever is just freeing an aggregate, so that no message is put behind nobody.
 *
 * @param claims may hold one id twice; it is new once.
 */
export async function claimMessages(tx: Transaction, claims: Claim[]): Promise<Claimed> {
  const rows = await tx.query(sql<{ id: string; parked: null } | { id: null; parked: string }>`
    with parked as (
      select aggregate
      from dead_letters
      where aggregate = any(${claims.map(({ aggregate }) => aggregate)}::text[])
      order by position
      for share
    ), fresh as (
      insert into inbox (id)
      select id
      from unnest(
        ${claims.map(({ id }) => id)}::uuid[],
        ${claims.map(({ aggregate }) => aggregate)}::text[]
      ) as claim (id, aggregate)
      where aggregate is null or aggregate not in (select aggregate from parked)
      order by id
      on conflict (id) do nothing
      returning id
    )
    select id, null as parked from fresh
    union all
    select null, aggregate from parked`);
  return {
    fresh: new Set(rows.flatMap(({ id }) => id ?? [])),
    parked: new Set(rows.flatMap(({ parked }) => parked ?? [])),
  };
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
