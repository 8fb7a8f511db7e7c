import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { OutgoingEvent } from '../event.ts';

/** A row of the outbox. */
export interface OutboxRow extends OutgoingEvent {
  position: number;
  createdAt: Date;
}

/** A row that the relay has listed to publish it. */
export interface ListedRow extends OutboxRow {
  /** When it was listed, by Postgres's clock: at that time, the relay that listed it was the leader. */
  listedAt: Date;
}

/**
 * Appends events to the outbox, in the transaction of the change that they report: both are committed, or neither.
 * (Transactional outbox: https://microservices.io/patterns/data/transactional-outbox.html)
 */
export async function appendEvents(tx: Transaction, events: OutgoingEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(sql`
    insert into outbox (id, topic, type, key, data, traceparent)
    select id, topic, type, key, data, traceparent
    from unnest(
      ${events.map((event) => event.id)}::uuid[],
      ${events.map((event) => event.topic)}::text[],
      ${events.map((event) => event.type)}::text[],
      ${events.map((event) => event.key)}::text[],
      ${events.map((event) => JSON.stringify(event.data))}::json[],
      ${events.map((event) => event.traceparent)}::text[]
    ) as new (id, topic, type, key, data, traceparent)`);
}

/**
 * The rows of each topic with the lowest positions: the next to be published. Each topic has a limit of its own, so no
 * topic waits behind the rows of another. Keys with a parked row are left out. (`not in` builds a set once, from a tiny
 * index. `not exists` would be a join: with the old statistics that Postgres has after an outage, it would read the whole
 * table for each batch.)
 *
 * Postgres does not skip from one topic to the next by itself, so `topics` does it by recursion
 * (https://wiki.postgresql.org/wiki/Loose_indexscan). Inside, `>=` reads the index from the beginning of a topic up to the
 * limit; with `=` and old statistics, Postgres would read and sort all rows of the topic.
 *
 * @param pausedKeys keys that are left out too
 */
export function listUnpublished(
  connection: Queryable,
  limit: number,
  pausedKeys: string[],
): Promise<ListedRow[]> {
  return connection.query(sql<ListedRow>`
    with recursive topics (topic) as (
      select min(topic) from outbox
      union all
      select (select min(outbox.topic) from outbox where outbox.topic > topics.topic)
      from topics
      where topic is not null
    )
    select position, id, listed.topic, type, key, data, traceparent, "createdAt", statement_timestamp() as "listedAt"
    from topics cross join lateral (
      select position, id, topic, type, key, data::text as data, traceparent, created_at as "createdAt"
      from outbox
      where outbox.topic >= topics.topic
        and key not in (select key from outbox where parked_until is not null)
        and key not in (select unnest(${pausedKeys}::text[]))
      order by topic, position
      limit ${limit}
    ) as listed
    where listed.topic = topics.topic
    order by position`);
}

/** Parked rows that are due, unless another row of their key must still wait. */
export function listDue(connection: Queryable, limit: number, pausedKeys: string[]): Promise<ListedRow[]> {
  return connection.query(sql<ListedRow>`
    select position, id, topic, type, key, data::text as data, traceparent, created_at as "createdAt",
      statement_timestamp() as "listedAt"
    from outbox
    where parked_until <= now() and key not in (select key from outbox where parked_until > now())
      and key not in (select unnest(${pausedKeys}::text[]))
    order by position
    limit ${limit}`);
}

/** The rows of some keys of a topic with the lowest positions, including parked rows that are due. */
export function listOfKeys(
  connection: Queryable,
  topic: string,
  keys: string[],
  limit: number,
): Promise<ListedRow[]> {
  return connection.query(sql<ListedRow>`
    select position, id, topic, type, key, data::text as data, traceparent, created_at as "createdAt",
      statement_timestamp() as "listedAt"
    from outbox
    where topic = ${topic} and key = any(${keys}::text[])
      and key not in (select key from outbox where parked_until > now())
    order by position
    limit ${limit}`);
}

/** Parks rows that Kafka refuses: for one minute the first time, two the second, and so on, up to ten. */
export async function parkRows(connection: Queryable, rows: OutboxRow[], reason: string): Promise<void> {
  await connection.query(sql`
    update outbox
    set parked_until = now() + interval '1 minute' * least(parkings + 1, 10), parkings = parkings + 1,
      parked_reason = ${reason}
    where position = any(${rows.map((row) => row.position)}::bigint[])`);
}

/** Parks again the due rows of a topic that is refused. */
export async function parkDue(connection: Queryable, topic: string, reason: string): Promise<void> {
  await connection.query(sql`
    update outbox
    set parked_until = now() + interval '1 minute' * least(parkings + 1, 10), parkings = parkings + 1,
      parked_reason = ${reason}
    where parked_until <= now() and topic = ${topic}`);
}

/** How many rows there are, and how many of them are parked. At most 100 000 rows are counted. */
export async function countRows(database: Queryable): Promise<{ all: number; parked: number }> {
  const [row] = await database.query(sql<{ all: number; parked: number }>`
    select
      (select count(*) from (select from outbox order by position limit 100000) as counted) as "all",
      (select count(*) from outbox where parked_until is not null) as parked`);
  return row as { all: number; parked: number };
}

/** How many seconds the next row to be published has waited; 0 if there is none. */
export async function readAge(database: Queryable): Promise<number> {
  const [row] = await database.query(sql<{ seconds: number }>`
    select extract(epoch from now() - created_at)::float8 as seconds
    from outbox
    where key not in (select key from outbox where parked_until is not null)
    order by position
    limit 1`);
  return row?.seconds ?? 0;
}

/**
 * How many rows there are, and how many of them are of one type and have waited for `waitedSeconds`. At most `atMost` rows
 * are counted, those with the lowest positions. (In the order of an index, which skips deleted rows: the table may be full
 * of them.)
 */
export async function countUnpublished(
  connection: Queryable,
  { type, waitedSeconds, atMost }: { type: string; waitedSeconds: number; atMost: number },
): Promise<{ all: number; waited: number }> {
  const [row] = await connection.query(sql<{ all: number; waited: number }>`
    select count(*) as "all",
      count(*) filter (
        where type = ${type} and created_at < now() - make_interval(secs => ${waitedSeconds}::double precision)
      ) as waited
    from (
      select type, created_at
      from outbox
      order by position
      limit ${atMost}
    ) as unpublished`);
  return row ?? { all: 0, waited: 0 };
}

/** Deletes exactly the rows that Kafka has acknowledged. Rows with lower positions may have been committed since. */
export async function deletePublished(connection: Queryable, rows: OutboxRow[]): Promise<void> {
  await connection.query(sql`
    delete from outbox
    where position = any(${rows.map((row) => row.position)}::bigint[])`);
}
