import type { DueRow, Room } from '@tenfold/due';
import type { Cause } from '@tenfold/observability';
import { latestOf, type Queryable, sql, type Transaction } from '@tenfold/postgres';
import { type NewPayment, owesRefund, type Payment } from './payment.ts';

/** For how long a claimed payment is left to the replica that claimed it. */
export const LEASE_MS = 30_000;

/** A payment that is to be captured or paid back. */
export interface DuePayment extends Payment, DueRow {
  /** Whether the provider may have been asked for it before, with an outcome that is not known. */
  askedBefore: boolean;
  /** Until when it may be asked for the first time: a moment of performance.now(), since clocks can differ. */
  askUntil: number | null;
  /** Whether that was so long ago that the provider may have forgotten the key. */
  isKeyExpired: boolean;
  refusals: number;
  /** Since when all calls were refused, until this one. */
  refusedSince: Date | null;
}

/** Inserts payments that are due at once; an order has one. */
export async function insertPayments(tx: Transaction, payments: (NewPayment & Cause)[]): Promise<void> {
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
 * Inserts a payment of nothing, which is over and hidden, for each cancelled order that has none: one that is asked for
 * later is refused by it.
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

/** In one order everywhere, so that two transactions with the same payments cannot wait for one another. */
function byOrder(one: { orderId: string }, other: { orderId: string }): number {
  return one.orderId < other.orderId ? -1 : 1;
}

/**
 * Notes that the orders of these payments have been cancelled; what was captured is due to be paid back, and what the
 * provider has not been asked for, or has refused, is due to be settled. Whoever records a capture meanwhile waits, or is
 * waited for. Nobody else claims a payment in hand within its lease.
 */
export async function markCancelled(tx: Transaction, orders: ({ orderId: string } & Cause)[]): Promise<void> {
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

/**
 * Claims payments that are due, to be captured where they are pending and to be paid back where they are captured; after
 * the lease others may claim them, should nothing come of it. Those that the provider is to be asked for are marked as
 * asked: it is not asked for the first time once the order has been cancelled or its time is up. Payments that it has
 * never been asked for are left to the cancellation then; those that it has refused are claimed to be settled.
 */
export async function claimDuePayments(
  database: Queryable,
  options: Room & { status: 'pending' | 'captured'; keyTtlHours: number },
): Promise<DuePayment[]> {
  const { status, limit, retries, keyTtlHours } = options;
  const claimedFrom = performance.now();
  const claimed = await database.query(sql<DuePayment & { msLeft: number | null }>`
    with due as (
      select id, asked_at, refused_since
      from payments
      where status = ${status} and due_at <= now() and (leased_until is null or leased_until <= now())
        and (attempts = 0 or ${retries})
        and (
          asked_at is not null or cancelled_at is not null or refusals > 0
          or deadline_at is null or deadline_at > now()
        )
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update payments
    set leased_until = now() + make_interval(secs => ${LEASE_MS / 1000}::double precision), attempts = attempts + 1,
      asked_at = coalesce(
        payments.asked_at,
        case when cancelled_at is null and (deadline_at is null or deadline_at > now()) then now() end
      ),
      refused_since = null
    from due
    where payments.id = due.id
    returning payments.id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", payments.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt",
      due.asked_at is not null as "askedBefore",
      coalesce(due.asked_at < now() - make_interval(secs => ${keyTtlHours * 3600}::double precision), false)
        as "isKeyExpired",
      extract(epoch from deadline_at - now())::double precision * 1000 as "msLeft",
      refusals, due.refused_since as "refusedSince", attempts, traceparent`);
  return claimed.map(({ msLeft, ...payment }) => ({
    ...payment,
    askUntil: msLeft === null ? null : claimedFrom + msLeft,
  }));
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
    set due_at = now() + make_interval(secs => ${delayMs / 1000}::double precision), leased_until = null,
      attempts = attempts - ${wasSent ? 0 : 1}::integer,
      asked_at = case when ${wasSent || askedBefore}::boolean then asked_at end
    where id = ${id} and status = ${status} and attempts = ${attempts}`);
}

/** A payment whose call was refused, and the wait until the next one. */
export interface RefusedPayment {
  payment: DuePayment;
  isUnknownThere: boolean;
  delayMs: number;
}

/**
 * Counts the refusal of payments that this transaction has locked, and makes them due again later: at their deadline at
 * the latest, and at once where they have been cancelled meanwhile. A refused call is no try, and one that was the first
 * leaves the payment as not asked for. So does one after calls whose outcome is not known, once the provider has refused
 * all calls for a minute and knows nothing of the payment: an earlier call has then ended.
 */
export async function postponeRefused(tx: Transaction, refused: RefusedPayment[]): Promise<void> {
  if (refused.length === 0) return;
  await tx.query(sql`
    with refused as (
      select *, not asked_before or unknown_there and refused_since < now() - interval '1 minute' as not_asked
      from unnest(
        ${refused.map(({ payment }) => payment.id)}::uuid[],
        ${refused.map(({ payment }) => payment.status)}::text[],
        ${refused.map(({ payment }) => payment.attempts)}::integer[],
        ${refused.map(({ payment }) => payment.refusals)}::integer[],
        ${refused.map(({ payment }) => payment.refusedSince)}::timestamptz[],
        ${refused.map(({ payment }) => payment.askedBefore)}::boolean[],
        ${refused.map(({ isUnknownThere }) => isUnknownThere)}::boolean[],
        ${refused.map(({ delayMs }) => delayMs / 1000)}::double precision[]
      ) as refused (id, status, attempts, refusals, refused_since, asked_before, unknown_there, seconds)
    )
    update payments
    set attempts = payments.attempts - 1, refusals = payments.refusals + 1, leased_until = null,
      refused_since = coalesce(refused.refused_since, now()),
      asked_at = case when payments.status = 'pending' and not_asked then null else asked_at end,
      due_at = case
        when payments.status = 'pending' and not_asked and cancelled_at is not null then now()
        when payments.status = 'pending' and deadline_at > now()
          then least(deadline_at, now() + make_interval(secs => seconds))
        else now() + make_interval(secs => seconds)
      end
    from refused
    where payments.id = refused.id and payments.status = refused.status and payments.attempts = refused.attempts
      and payments.refusals = refused.refusals`);
}

/** Makes refused payments due now, and counts them. One in hand is not among them: its claim has emptied `refused_since`. */
export async function makeRefusedDue(database: Queryable): Promise<number> {
  const due = await database.query(sql`
    with refused as (
      select id
      from payments
      where refused_since is not null and due_at > now()
      order by order_id
      for update skip locked
    )
    update payments
    set due_at = now()
    from refused
    where payments.id = refused.id
    returning payments.id`);
  return due.length;
}

/** Payments by their ids, held until the transaction ends; and a time after whatever has changed them. */
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

/** Saves what has changed since the payments were locked, and which event says so. What is owed back is due at once. */
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
