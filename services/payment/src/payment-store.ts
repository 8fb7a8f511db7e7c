import type { TraceContext } from '@repo/observability';
import { latestOf, type Queryable, sql, type Transaction } from '@repo/postgres';
import { type NewPayment, owesRefund, type Payment } from './payment.ts';

/** Inserts payments that are due at once, one for each order. */
export async function insertPayments(
  tx: Transaction,
  payments: (NewPayment & TraceContext)[],
): Promise<void> {
  const sorted = [...payments].sort(byOrder);
  await tx.query(sql`
    insert into payments (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, deadline_at, traceparent,
      created_at, due_at)
    select id, order_id, customer_id, status, version, amount_cents, currency, payment_token, deadline_at, traceparent,
      now(), now()
    from unnest(
      ${sorted.map((payment) => payment.id)}::uuid[],
      ${sorted.map((payment) => payment.orderId)}::uuid[],
      ${sorted.map((payment) => payment.customerId)}::uuid[],
      ${sorted.map((payment) => payment.status)}::text[],
      ${sorted.map((payment) => payment.version)}::integer[],
      ${sorted.map((payment) => payment.amountCents)}::bigint[],
      ${sorted.map((payment) => payment.currency)}::text[],
      ${sorted.map((payment) => payment.paymentToken)}::text[],
      ${sorted.map((payment) => payment.deadlineAt)}::timestamptz[],
      ${sorted.map((payment) => payment.traceparent ?? null)}::text[]
    ) as new (
      id, order_id, customer_id, status, version, amount_cents, currency, payment_token, deadline_at, traceparent
    )
    on conflict (order_id) do nothing`);
}

/**
 * Inserts a tombstone for each cancelled order without a payment: a declined payment of nothing, hidden from its customer.
 * A later request for the payment is refused by it.
 */
export async function insertTombstones(
  tx: Transaction,
  orders: { id: string; orderId: string; customerId: string }[],
): Promise<void> {
  const sorted = [...orders].sort(byOrder);
  await tx.query(sql`
    insert into payments (
      id, order_id, customer_id, status, version, amount_cents, currency, created_at, deadline_at, cancelled_at,
      settled_at, deleted_at)
    select id, order_id, customer_id, 'declined', 1, 0, 'XXX', now(), now(), now(), now(), now()
    from unnest(
      ${sorted.map((order) => order.id)}::uuid[],
      ${sorted.map((order) => order.orderId)}::uuid[],
      ${sorted.map((order) => order.customerId)}::uuid[]
    ) as new (id, order_id, customer_id)
    on conflict (order_id) do nothing`);
}

/** The same order everywhere, so that two transactions with the same payments cannot deadlock. */
function byOrder(one: { orderId: string }, other: { orderId: string }): number {
  return one.orderId < other.orderId ? -1 : 1;
}

/**
 * Marks the orders of these payments as cancelled. Captured payments are now due to be refunded; pending ones that were
 * not asked for, or were refused, are due to be settled. Row locks serialise this with a transaction that records
 * a capture. A claimed payment keeps its lease.
 */
export async function markCancelled(
  tx: Transaction,
  orders: ({ orderId: string } & TraceContext)[],
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
    set cancelled_at = now(), traceparent = coalesce(held.cancelled_by, payments.traceparent),
      due_at = case
        when payments.status = 'captured' or payments.status = 'pending' and asked_at is null then now()
        else payments.due_at
      end,
      attempts = case when payments.status = 'captured' then 0 else payments.attempts end,
      refusals = case when payments.status = 'captured' then 0 else payments.refusals end
    from held
    where payments.id = held.id`);
}

/** Locks payments until the transaction ends. `at` is a time after every earlier change of them. */
export async function lockPayments(
  tx: Transaction,
  ids: string[],
): Promise<{ payments: Map<string, Payment>; at: Date }> {
  const rows = await tx.query(sql<Payment & { lockedAt: Date }>`
    select clock_timestamp() as "lockedAt", id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt",
      settled_at as "settledAt"
    from payments
    where id = any(${ids}::uuid[])
    order by order_id
    for update`);
  return {
    payments: new Map(rows.map(({ lockedAt: _, ...payment }) => [payment.id, payment])),
    at: latestOf(rows.map(({ lockedAt }) => lockedAt)),
  };
}

/** Updates locked payments, each with the id of its event. A payment that owes a refund is due at once. */
export async function updatePayments(
  tx: Transaction,
  payments: (Payment & { eventId: string })[],
  at: Date,
): Promise<void> {
  if (payments.length === 0) return;
  await tx.query(sql`
    update payments
    set status = changed.status, version = changed.version, capture_id = changed.capture_id,
      refunded_cents = changed.refunded_cents, settled_at = changed.settled_at, payment_token = null,
      event_id = changed.event_id, due_at = changed.due_at, leased_until = null,
      attempts = case when changed.due_at is null then attempts else 0 end,
      refusals = case when changed.due_at is null then refusals else 0 end, refused_since = null
    from unnest(
      ${payments.map((payment) => payment.id)}::uuid[],
      ${payments.map((payment) => payment.status)}::text[],
      ${payments.map((payment) => payment.version)}::integer[],
      ${payments.map((payment) => payment.captureId)}::text[],
      ${payments.map((payment) => payment.refundedCents)}::bigint[],
      ${payments.map((payment) => payment.settledAt)}::timestamptz[],
      ${payments.map((payment) => (owesRefund(payment) ? at : null))}::timestamptz[],
      ${payments.map((payment) => payment.eventId)}::uuid[]
    ) as changed (id, status, version, capture_id, refunded_cents, settled_at, due_at, event_id)
    where payments.id = changed.id`);
}

/** A place in the list of a customer's payments. */
export type Position = [createdAt: Date, id: string];

/** Lists a customer's payments, newest first; those of one order if one is given. */
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
