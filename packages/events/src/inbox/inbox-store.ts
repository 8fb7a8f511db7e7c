import { type Queryable, sql, type Transaction } from '@repo/postgres';

/** A message to be inserted into the inbox. */
export interface InboxMessage {
  id: string;
  /** The aggregate whose dead letters it must not overtake; null for a message that is itself a dead letter. */
  aggregate: string | null;
}

export interface InsertedMessages {
  /** The ids that were not in the inbox yet. */
  newIds: Set<string>;
  /** The parked aggregates: their messages have to wait, and are not inserted. */
  parked: Set<string>;
}

/**
 * Inserts messages into the inbox, in the transaction of their effect, and returns which are new and which must wait
 * behind a dead letter. Kafka delivers at least once; a message whose id is in the inbox has had its effect.
 * (Idempotent consumer: https://microservices.io/patterns/communication-style/idempotent-consumer.html)
 *
 * It waits for a transaction that is deleting the last dead letter of an aggregate, so no message is parked behind nothing.
 *
 * @param messages may hold one id twice; it is new once.
 */
export async function insertMessages(tx: Transaction, messages: InboxMessage[]): Promise<InsertedMessages> {
  const rows = await tx.query(sql<{ id: string; parked: null } | { id: null; parked: string }>`
    with parked as (
      select aggregate
      from dead_letters
      where aggregate = any(${messages.map(({ aggregate }) => aggregate)}::text[])
      order by position
      for share
    ), inserted as (
      insert into inbox (id)
      select id
      from unnest(
        ${messages.map(({ id }) => id)}::uuid[],
        ${messages.map(({ aggregate }) => aggregate)}::text[]
      ) as message (id, aggregate)
      where aggregate is null or aggregate not in (select aggregate from parked)
      order by id
      on conflict (id) do nothing
      returning id
    )
    select id, null as parked from inserted
    union all
    select null, aggregate from parked`);
  return {
    newIds: new Set(rows.flatMap(({ id }) => id ?? [])),
    parked: new Set(rows.flatMap(({ parked }) => parked ?? [])),
  };
}

/**
 * Deletes messages that were received long ago by Postgres's clock, the oldest first, and returns how many. Replicas share
 * the work.
 */
export async function deleteOldMessages(
  database: Queryable,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<number> {
  const deleted = await database.query(sql<{ id: string }>`
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
  return deleted.length;
}
