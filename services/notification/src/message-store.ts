import type { ClaimLimits, JobBacklog, JobRow } from '@repo/jobs';
import type { TraceContext } from '@repo/observability';
import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Message, NewMessage } from './message.ts';

/** How long a claimed message belongs to the replica that claimed it. */
export const LEASE_MS = 30_000;

/** A due message, and the address that it is sent to. */
export type DueMessage = Message & JobRow & { email: string };

/** Inserts waiting messages: due at once, or once their customer has an address. */
export async function insertMessages(
  tx: Transaction,
  messages: (NewMessage & TraceContext & { isDue: boolean })[],
): Promise<void> {
  await tx.query(sql`
    insert into messages (id, order_id, customer_id, kind, status, details, created_at, due_at, traceparent)
    select id, order_id, customer_id, kind, 'waiting', details, now(), case when is_due then now() end, traceparent
    from unnest(
      ${messages.map((message) => message.id)}::uuid[],
      ${messages.map((message) => message.orderId)}::uuid[],
      ${messages.map((message) => message.customerId)}::uuid[],
      ${messages.map((message) => message.kind)}::text[],
      ${messages.map((message) => JSON.stringify(message.details))}::jsonb[],
      ${messages.map((message) => message.isDue)}::boolean[],
      ${messages.map((message) => message.traceparent ?? null)}::text[]
    ) as new (id, order_id, customer_id, kind, details, is_due, traceparent)
    on conflict (id) do nothing`);
}

/**
 * Makes the waiting and failed messages of a customer due. A message that a worker is sending right now can be claimed
 * again when the lease ends, unless the worker records an outcome before.
 */
export async function resumeMessages(tx: Transaction, customerId: string): Promise<void> {
  await tx.query(sql`
    update messages
    set status = 'waiting', failure_code = null, due_at = now()
    where id in (
      select id
      from messages
      where customer_id = ${customerId} and status in ('waiting', 'failed')
      order by id
      for update
    )`);
}

/** Stops the waiting messages of a customer from becoming due. */
export async function suspendMessages(tx: Transaction, customerId: string): Promise<void> {
  await tx.query(sql`
    update messages
    set due_at = null
    where id in (
      select id
      from messages
      where customer_id = ${customerId} and status = 'waiting'
      order by id
      for update
    )`);
}

/** Claims due messages. After the lease another replica may claim them. */
export async function claimDueMessages(
  database: Queryable,
  { limit, retries }: ClaimLimits,
): Promise<DueMessage[]> {
  return await database.query(sql<DueMessage>`
    with due as (
      select id
      from messages
      where status = 'waiting' and due_at <= now() and (leased_until is null or leased_until <= now())
        and (attempts = 0 or ${retries})
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update messages
    set leased_until = now() + make_interval(secs => ${LEASE_MS / 1000}::double precision), attempts = attempts + 1
    from due, contacts
    where messages.id = due.id and contacts.customer_id = messages.customer_id and contacts.email is not null
    returning messages.id, order_id as "orderId", messages.customer_id as "customerId", kind, status, details,
      created_at as "createdAt", sent_at as "sentAt", attempts, traceparent, contacts.email`);
}

/**
 * The messages that are to be sent. A message that was suspended became due when its customer gave an address, which is
 * known until the first attempt.
 */
export async function readMessageBacklog(database: Queryable): Promise<JobBacklog> {
  const [backlog] = await database.query(sql<JobBacklog>`
    select count(*) as rows,
      coalesce(extract(epoch from now() - min(case when attempts = 0 then due_at else created_at end)), 0)::float8
        as "oldestSeconds"
    from messages
    where status = 'waiting' and due_at is not null`);
  return backlog as JobBacklog;
}

/** Ends the lease of a message and makes it due later. A message whose customer has no address stays suspended. */
export async function postponeMessage(
  database: Queryable,
  { id, attempts }: DueMessage,
  delayMs: number,
): Promise<void> {
  await database.query(sql`
    update messages
    set due_at = case when due_at is not null then now() + make_interval(secs => ${delayMs / 1000}::double precision) end,
      leased_until = null
    where id = ${id} and status = 'waiting' and attempts = ${attempts}`);
}

/** Ends the leases of messages and makes them due now. A message whose customer has no address stays suspended. */
export async function releaseMessages(tx: Transaction, messages: DueMessage[]): Promise<void> {
  await tx.query(sql`
    update messages
    set due_at = case when due_at is not null then now() end, leased_until = null
    from unnest(
      ${messages.map((message) => message.id)}::uuid[],
      ${messages.map((message) => message.attempts)}::integer[]
    ) as released (id, attempts)
    where messages.id = released.id and messages.attempts = released.attempts and status = 'waiting'`);
}

/**
 * A message that the mail server accepted is sent, even if another attempt was refused. Returns the times of these
 * messages.
 */
export async function markSent(tx: Transaction, ids: string[]): Promise<{ createdAt: Date; sentAt: Date }[]> {
  return await tx.query(sql<{ createdAt: Date; sentAt: Date }>`
    update messages
    set status = 'sent', sent_at = now(), failure_code = null, due_at = null, leased_until = null
    where id in (
      select id
      from messages
      where id = any(${ids}::uuid[]) and status <> 'sent'
      order by id
      for update
    )
    returning created_at as "createdAt", sent_at as "sentAt"`);
}

export async function markFailed(tx: Transaction, messages: { id: string; code: string }[]): Promise<void> {
  await tx.query(sql`
    update messages
    set status = 'failed', failure_code = refused.code, due_at = null, leased_until = null
    from unnest(
      ${messages.map((message) => message.id)}::uuid[],
      ${messages.map((message) => message.code)}::text[]
    ) as refused (id, code)
    where messages.id = refused.id and status = 'waiting'`);
}

/** A place in the list of a customer's messages. */
export type Position = [createdAt: Date, id: string];

/** A customer's messages, newest first. */
export async function listMessages(
  database: Queryable,
  { customerId, after, limit }: { customerId: string; after?: Position | undefined; limit: number },
): Promise<Message[]> {
  const [createdAt = 'infinity', id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'] = after ?? [];
  return await database.query(sql<Message>`
    select id, order_id as "orderId", customer_id as "customerId", kind, status, details,
      created_at as "createdAt", sent_at as "sentAt"
    from messages
    where customer_id = ${customerId}
      and (created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)
    order by created_at desc, id desc
    limit ${limit}`);
}
