import type { DueRow, Room } from '@tenfold/due';
import type { Cause } from '@tenfold/observability';
import { type Queryable, sql, type Transaction } from '@tenfold/postgres';
import { owesRefund, type Payment } from './payment.ts';

/** A payment that is to be captured or paid back, and whether the provider may have been asked for it before. */
export type DuePayment = Payment & DueRow & { askedBefore: boolean };

/** Inserts payments that are due at once; an order has one. One that is over from the start is a tombstone, and hidden. */
export async function insertPayments(tx: Transaction, payments: (Payment & Cause)[]): Promise<void> {
  const sorted = [...payments].sort(byOrder);
  await tx.query(sql`
    insert into payments (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at, due_at,
      deadline_at, cancelled_at, settled_at, deleted_at, traceparent)
    select id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at, due_at,
      deadline_at, cancelled_at, cancelled_at, cancelled_at, traceparent
    from unnest(
      ${sorted.map((payment) => payment.id)}::uuid[],
      ${sorted.map((payment) => payment.orderId)}::uuid[],
      ${sorted.map((payment) => payment.customerId)}::uuid[],
      ${sorted.map((payment) => payment.status)}::text[],
      ${sorted.map((payment) => payment.version)}::integer[],
      ${sorted.map((payment) => payment.amountCents)}::bigint[],
      ${sorted.map((payment) => payment.currency)}::text[],
      ${sorted.map((payment) => payment.paymentToken)}::text[],
      ${sorted.map((payment) => payment.createdAt)}::timestamptz[],
      ${sorted.map((payment) => (payment.status === 'pending' ? payment.createdAt : null))}::timestamptz[],
      ${sorted.map((payment) => payment.deadlineAt)}::timestamptz[],
      ${sorted.map((payment) => payment.cancelledAt)}::timestamptz[],
      ${sorted.map((payment) => payment.traceparent ?? null)}::text[]
    ) as new (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, created_at, due_at,
      deadline_at, cancelled_at, traceparent
    )
    on conflict (order_id) do nothing`);
}

/** In one order everywhere, so that two transactions with the same payments cannot wait for one another. */
function byOrder(one: Payment, other: Payment): number {
  return one.orderId < other.orderId ? -1 : 1;
}

/**
 * Notes that the orders of these payments have been cancelled; what was captured is due to be paid back. Whoever records
 * a capture meanwhile waits, or is waited for.
 */
export async function markCancelled(
  tx: Transaction,
  orders: ({ orderId: string } & Cause)[],
  at: Date,
): Promise<void> {
  await tx.query(sql`
    with held as (
      select id, cancelled_by
      from payments
      join unnest(
        ${orders.map((order) => order.orderId)}::uuid[],
        ${orders.map((order) => order.traceparent ?? null)}::text[]
      ) as cancelled (order_id, cancelled_by) using (order_id)
      where cancelled_at is null
      order by order_id
      for update of payments
    )
    update payments
    set cancelled_at = ${at}, traceparent = coalesce(held.cancelled_by, payments.traceparent),
      due_at = case when payments.status = 'captured' then ${at} else payments.due_at end,
      attempts = case when payments.status = 'captured' then 0 else payments.attempts end
    from held
    where payments.id = held.id`);
}

/**
 * Takes payments that are due, to be captured where they are pending and to be paid back where they are captured; makes
 * them due again in half a minute should nothing come of it. The provider is not asked for the first time once the
 * order's time is up: then its order will be cancelled.
 */
export async function claimDuePayments(
  database: Queryable,
  { status, limit, retries }: Room & { status: 'pending' | 'captured' },
): Promise<DuePayment[]> {
  return await database.query(sql<DuePayment>`
    with due as (
      select id, asked_at
      from payments
      where status = ${status} and due_at <= now() and (attempts = 0 or ${retries})
        and (asked_at is not null or cancelled_at is not null or deadline_at is null or deadline_at > now())
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update payments
    set due_at = now() + interval '30 seconds', attempts = attempts + 1,
      asked_at = coalesce(payments.asked_at, case when payments.cancelled_at is null then now() end)
    from due
    where payments.id = due.id
    returning payments.id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt",
      due.asked_at is not null as "askedBefore", attempts, traceparent`);
}

/**
 * Makes a payment due again later, unless another replica has taken it over since. A try that never reached the provider
 * was none.
 */
export async function postponePayment(
  database: Queryable,
  { id, status, attempts, askedBefore }: DuePayment,
  { delayMs, wasSent }: { delayMs: number; wasSent: boolean },
): Promise<void> {
  await database.query(sql`
    update payments
    set due_at = now() + make_interval(secs => ${delayMs / 1000}::double precision),
      attempts = attempts - ${wasSent ? 0 : 1}::integer,
      asked_at = case when ${wasSent || askedBefore}::boolean then asked_at end
    where id = ${id} and status = ${status} and attempts = ${attempts}`);
}

/** Payments by their ids, held until the transaction ends. */
export async function lockPayments(tx: Transaction, ids: string[]): Promise<Map<string, Payment>> {
  const rows = await tx.query(sql<Payment>`
    select id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt"
    from payments
    where id = any(${ids}::uuid[])
    order by order_id
    for update`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Saves what has changed since the payments were locked. What is owed back is due at once. */
export async function updatePayments(tx: Transaction, payments: Payment[], at: Date): Promise<void> {
  if (payments.length === 0) return;
  await tx.query(sql`
    update payments
    set status = changed.status, version = changed.version, capture_id = changed.capture_id,
      refunded_cents = changed.refunded_cents, settled_at = changed.settled_at, payment_token = null,
      due_at = changed.due_at, attempts = case when changed.due_at is null then attempts else 0 end
    from unnest(
      ${payments.map((payment) => payment.id)}::uuid[],
      ${payments.map((payment) => payment.status)}::text[],
      ${payments.map((payment) => payment.version)}::integer[],
      ${payments.map((payment) => payment.captureId)}::text[],
      ${payments.map((payment) => payment.refundedCents)}::bigint[],
      ${payments.map((payment) => payment.settledAt)}::timestamptz[],
      ${payments.map((payment) => (owesRefund(payment) ? at : null))}::timestamptz[]
    ) as changed (id, status, version, capture_id, refunded_cents, settled_at, due_at)
    where payments.id = changed.id`);
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
      null as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt"
    from payments
    where customer_id = ${customerId} and (${orderId}::uuid is null or order_id = ${orderId}) and deleted_at is null
      and (created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)
    order by created_at desc, id desc
    limit ${limit}`);
}

/** Every payment, for the comparison with the provider's books. */
export async function listAllPayments(database: Queryable): Promise<Payment[]> {
  return await database.query(sql<Payment>`
    select id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      null as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt"
    from payments`);
}
