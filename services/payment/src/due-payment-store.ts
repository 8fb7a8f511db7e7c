import type { ClaimLimits, JobRow } from '@repo/jobs';
import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Payment } from './payment.ts';

/** For how long a claimed payment is left to the replica that claimed it. */
export const LEASE_MS = 30_000;

/** A payment that is to be captured or paid back. */
export interface DuePayment extends Payment, JobRow {
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

/**
 * Claims payments that are due, to be captured where they are pending and to be paid back where they are captured; after
 * the lease others may claim them, should nothing come of it. Those that the provider is to be asked for are marked as
 * asked: it is not asked for the first time once the order has been cancelled or its time is up. Payments that it has
 * never been asked for are left to the cancellation then; those that it has refused are claimed to be settled.
 */
export async function claimDuePayments(
  database: Queryable,
  options: ClaimLimits & { status: 'pending' | 'captured'; keyTtlHours: number },
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
