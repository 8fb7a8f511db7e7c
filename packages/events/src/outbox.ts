import { type Queryable, sql, type Transaction } from '@tenfold/postgres';
import type { OutgoingEvent } from './event.ts';

/** A row of the outbox. */
export interface OutboxRow extends OutgoingEvent {
  position: number;
  createdAt: Date;
}

/**
 * Writes events into the outbox, in the transaction of the change that they tell of: both happen, or neither.
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

/** The rows with the lowest positions: the next to be published. */
export function listUnpublished(connection: Queryable, limit: number): Promise<OutboxRow[]> {
  return connection.query(sql<OutboxRow>`
    select position, id, topic, type, key, data::text as data, traceparent, created_at as "createdAt"
    from outbox
    order by position
    limit ${limit}`);
}

/** Deletes just the rows that Kafka has acknowledged. Others with lower positions may have been committed since. */
export async function deletePublished(connection: Queryable, rows: OutboxRow[]): Promise<void> {
  await connection.query(sql`
    delete from outbox
    where position = any(${rows.map((row) => row.position)}::bigint[])`);
}
