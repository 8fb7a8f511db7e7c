import type { DueRow } from '@tenfold/due';
import type { Cause } from '@tenfold/observability';
import { type Queryable, sql, type Transaction } from '@tenfold/postgres';
import type { Payment } from './payment.ts';

export type DuePayment = Payment & DueRow;

/** Inserts payments that are due at once; an order has one. */
export async function insertPayments(tx: Transaction, payments: (Payment & Cause)[]): Promise<void> {
  await tx.query(sql`
    insert into payments (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at, due_at, traceparent)
    select id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at,
      due_at, traceparent
    from unnest(
      ${payments.map((payment) => payment.id)}::uuid[],
      ${payments.map((payment) => payment.orderId)}::uuid[],
      ${payments.map((payment) => payment.customerId)}::uuid[],
      ${payments.map((payment) => payment.status)}::text[],
      ${payments.map((payment) => payment.version)}::integer[],
      ${payments.map((payment) => payment.amountCents)}::bigint[],
      ${payments.map((payment) => payment.currency)}::text[],
      ${payments.map((payment) => payment.paymentToken)}::text[],
      ${payments.map((payment) => payment.createdAt)}::timestamptz[],
      ${payments.map((payment) => payment.createdAt)}::timestamptz[],
      ${payments.map((payment) => payment.traceparent ?? null)}::text[]
    ) as new (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at,
      due_at, traceparent
    )
    on conflict (order_id) do nothing`);
}

/** Takes payments that are due, and makes them due again in half a minute should nothing come of it. */
export async function claimDuePayments(database: Queryable, limit: number): Promise<DuePayment[]> {
  return await database.query(sql<DuePayment>`
    with due as (
      select id
      from payments
      where status = 'pending' and due_at <= now()
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update payments
    set due_at = now() + interval '30 seconds', attempts = attempts + 1
    from due
    where payments.id = due.id
    returning payments.id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      settled_at as "settledAt", attempts, traceparent`);
}

export async function postponePayment(database: Queryable, { id }: Payment, delayMs: number): Promise<void> {
  await database.query(sql`
    update payments
    set due_at = now() + make_interval(secs => ${delayMs / 1000}::double precision)
    where id = ${id} and status = 'pending'`);
}

/** Settles those of the payments that are still pending; answers their ids. */
export async function updatePending(tx: Transaction, payments: Payment[]): Promise<Set<string>> {
  const sorted = [...payments].sort((one, other) => (one.id < other.id ? -1 : 1));
  const rows = await tx.query(sql<{ id: string }>`
    update payments
    set status = settled.status, version = settled.version, capture_id = settled.capture_id,
      settled_at = settled.settled_at, payment_token = null, due_at = null
    from unnest(
      ${sorted.map((payment) => payment.id)}::uuid[],
      ${sorted.map((payment) => payment.status)}::text[],
      ${sorted.map((payment) => payment.version)}::integer[],
      ${sorted.map((payment) => payment.captureId)}::text[],
      ${sorted.map((payment) => payment.settledAt)}::timestamptz[]
    ) as settled (id, status, version, capture_id, settled_at)
    where payments.id = settled.id and payments.status = 'pending'
    returning payments.id`);
  return new Set(rows.map((row) => row.id));
}

/** A place in the list of a customer's payments. */
export type Position = [createdAt: Date, id: string];

/** A customer's payments, newest first; those of one order, where one is named. */
export async function listPayments(
  database: Queryable,
  options: { customerId: string; orderId?: string | undefined; after?: Position | undefined; limit: number },
): Promise<Payment[]> {
  const { customerId, orderId = null, after, limit } = options;
  const [createdAt = 'infinity', id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'] = after ?? [];
  return await database.query(sql<Payment>`
    select id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      null as "paymentToken", capture_id as "captureId", created_at as "createdAt", settled_at as "settledAt"
    from payments
    where customer_id = ${customerId} and (${orderId}::uuid is null or order_id = ${orderId}) and deleted_at is null
      and (created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)
    order by created_at desc, id desc
    limit ${limit}`);
}
