import { type Queryable, sql, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { HeaderValue } from '../kafka/kafka.ts';

/** Why a record is a dead letter: it violates its contract, its handler threw, or it waits behind another. */
export type DeadLetterKind = 'malformed' | 'failed' | 'behind';

/** A record that a service failed to process, as it was received. */
export interface DeadLetter {
  id: string;
  /** The order in which they were inserted. */
  position: number;
  aggregate: string;
  topic: string;
  partition: number;
  offset: number;
  messageId: string | null;
  type: string | null;
  /** Null if the record has none, or only its topic, partition and offset could be kept. */
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, HeaderValue>;
  kind: DeadLetterKind;
  error: string | null;
  attempts: number;
  firstAt: Date;
  lastAt: Date;
  replayAt: Date | null;
}

/** How many dead letters there are, those behind others included. */
export async function countDeadLetters(database: Queryable): Promise<number> {
  const [row] = await database.query(sql<{ deadLetters: number }>`
    select count(*) as "deadLetters"
    from dead_letters`);
  return row?.deadLetters ?? 0;
}

/** Whether any dead letter is due to be replayed. */
export async function hasDueDeadLetter(database: Queryable, topics: string[]): Promise<boolean> {
  const due = await database.query(sql`
    select id
    from dead_letters
    where replay_at <= now() and topic = any(${topics}::text[])
    limit 1`);
  return due.length > 0;
}

/** Locks one dead letter that is due to be replayed and that no other transaction holds. */
export async function lockDueDeadLetter(tx: Transaction, topics: string[]): Promise<DeadLetter | undefined> {
  const [row] = await tx.query(sql<DeadLetter>`
    select id, position, aggregate, topic, partition, "offset", message_id as "messageId", type, key, value, headers,
      kind, error, attempts, first_at as "firstAt", last_at as "lastAt", replay_at as "replayAt"
    from dead_letters
    where replay_at <= now() and topic = any(${topics}::text[])
    order by replay_at, position
    limit 1
    for update skip locked`);
  return row;
}

export async function deleteDeadLetter(tx: Transaction, { id }: DeadLetter): Promise<void> {
  await tx.query(sql`
    delete from dead_letters
    where id = ${id}`);
}

/** Makes the first dead letter of an aggregate due to be replayed. */
export async function makeFirstDue(tx: Transaction, aggregate: string): Promise<void> {
  await tx.query(sql`
    update dead_letters
    set replay_at = now()
    where id = (select id from dead_letters where aggregate = ${aggregate} order by position limit 1)`);
}

/** Whether this is the first dead letter of its aggregate. */
export async function isFirst(tx: Transaction, { aggregate, position }: DeadLetter): Promise<boolean> {
  const before = await tx.query(sql`
    select id
    from dead_letters
    where aggregate = ${aggregate} and position < ${position}
    limit 1`);
  return before.length === 0;
}

/** Dead letters by their ids, locked until the transaction ends. */
export async function lockDeadLetters(tx: Transaction, ids: string[]): Promise<Map<string, DeadLetter>> {
  const rows = await tx.query(sql<DeadLetter>`
    select id, position, aggregate, topic, partition, "offset", message_id as "messageId", type, key, value, headers,
      kind, error, attempts, first_at as "firstAt", last_at as "lastAt", replay_at as "replayAt"
    from dead_letters
    where id = any(${ids}::uuid[])
    order by position
    for update`);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function findDeadLetter(database: Queryable, id: string): Promise<DeadLetter | undefined> {
  const [row] = await database.query(sql<DeadLetter>`
    select id, position, aggregate, topic, partition, "offset", message_id as "messageId", type, key, value, headers,
      kind, error, attempts, first_at as "firstAt", last_at as "lastAt", replay_at as "replayAt"
    from dead_letters
    where id = ${id}`);
  return row;
}

export interface DeadLetterFilter {
  type?: string | undefined;
  kind?: DeadLetterKind | undefined;
  /** Their aggregate. */
  key?: string | undefined;
  since?: Date | undefined;
  /** The position after which they are listed. */
  after?: number | undefined;
  limit: number;
}

/** Dead letters, oldest first. */
export async function listDeadLetters(database: Queryable, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  const { type = null, kind = null, key = null, since = null, after = 0, limit } = filter;
  return await database.query(sql<DeadLetter>`
    select id, position, aggregate, topic, partition, "offset", message_id as "messageId", type, key, value, headers,
      kind, error, attempts, first_at as "firstAt", last_at as "lastAt", replay_at as "replayAt"
    from dead_letters
    where position > ${after} and (${type}::text is null or type = ${type}) and (${kind}::text is null or kind = ${kind})
      and (${key}::text is null or aggregate = ${key})
      and (${since}::timestamptz is null or first_at >= ${since})
    order by position
    limit ${limit}`);
}

/** Records that a dead letter has failed again. It stays in the table until an operator acts. */
export async function keepDeadLetter(
  database: Queryable,
  { id }: DeadLetter,
  { kind, error }: { kind: DeadLetterKind; error: string },
): Promise<void> {
  await database.query(sql`
    update dead_letters
    set kind = ${kind}, error = ${error}, attempts = attempts + 1, last_at = now(), replay_at = null
    where id = ${id}`);
}

export type Action = 'replay' | 'replayed' | 'failed again' | 'discarded';

/** Records an action on a dead letter, and its actor. */
export async function insertAction(
  tx: Queryable,
  deadLetter: Pick<DeadLetter, 'id' | 'messageId' | 'aggregate'>,
  { action, actor = null, reason = null }: { action: Action; actor?: string | null; reason?: string | null },
): Promise<void> {
  await tx.query(sql`
    insert into dead_letter_actions (id, dead_letter_id, message_id, aggregate, action, actor, reason)
    values (${uuidv7()}, ${deadLetter.id}, ${deadLetter.messageId}, ${deadLetter.aggregate}, ${action}, ${actor}, ${reason})`);
}
