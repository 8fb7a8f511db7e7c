import type { ClaimLimits, JobBacklog, JobRow } from '@repo/jobs';
import { type Queryable, sql, type Transaction } from '@repo/postgres';
import type { Payment } from './payment.ts';

/** How long a claimed payment belongs to the replica that claimed it. */
export const LEASE_MS = 30_000;

/** A claimed payment: to be captured, or to be refunded. Its `askedAt` is that of earlier claims. */
export interface DuePayment extends Payment, JobRow {
  /** Whether this claim has marked it as asked, since its first capture may be sent. */
  isFirstCapture: boolean;
  keyExpiresAt: Date | null;
  claimedAt: Date;
  /** Postgres's time less `performance.now()` here, in milliseconds: the clock of this machine can differ. */
  clockOffsetMs: number;
  refusals: number;
  /** Since when every call before this one was refused. */
  refusedSince: Date | null;
}

/** Postgres's time now. */
export function nowFor({ clockOffsetMs }: DuePayment): Date {
  return new Date(clockOffsetMs + performance.now());
}

/**
 * Claims due payments of one status: pending ones to be captured, captured ones to be refunded. After the lease another
 * replica may claim them. `nextCall` decides what to do with each; a first capture is marked here, in the transaction
 * before the call, so that a crash after the call leaves a capture in doubt. A payment that was never asked for and is
 * past its deadline is not due before its order is cancelled, or where the provider has refused it until then.
 */
export async function claimDuePayments(
  database: Queryable,
  options: ClaimLimits & { status: 'pending' | 'captured'; keyTtlHours: number },
): Promise<DuePayment[]> {
  const { status, limit, retries, keyTtlHours } = options;
  const before = performance.now();
  const claimed = await database.query(sql<Omit<DuePayment, 'clockOffsetMs'>>`
    with due as (
      select id, asked_at, refused_since,
        asked_at is null and cancelled_at is null and (deadline_at is null or deadline_at > now()) as is_first_capture
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
      asked_at = case when is_first_capture then now() else payments.asked_at end, refused_since = null
    from due
    where payments.id = due.id
    returning payments.id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      payment_token as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", due.asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt",
      is_first_capture as "isFirstCapture",
      due.asked_at + make_interval(secs => ${keyTtlHours * 3600}::double precision) as "keyExpiresAt",
      refusals, due.refused_since as "refusedSince", attempts, traceparent, now() as "claimedAt"`);
  return claimed.map((payment) => ({ ...payment, clockOffsetMs: payment.claimedAt.getTime() - before }));
}

/**
 * Makes a payment due again later, unless another replica has claimed it since. A call that did not reach the provider
 * counts neither as a try nor as a first capture.
 */
export async function postponePayment(
  database: Queryable,
  { id, status, attempts, askedAt }: DuePayment,
  { delayMs, wasSent }: { delayMs: number; wasSent: boolean },
): Promise<void> {
  await database.query(sql`
    update payments
    set due_at = now() + make_interval(secs => ${delayMs / 1000}::double precision), leased_until = null,
      attempts = attempts - ${wasSent ? 0 : 1}::integer,
      asked_at = case when ${wasSent || askedAt !== null}::boolean then asked_at end
    where id = ${id} and status = ${status} and attempts = ${attempts}`);
}

/** A payment whose call was refused, and what `afterRefusal` has decided. */
export interface RefusedPayment {
  payment: DuePayment;
  isUnasked: boolean;
  dueAt: Date;
}

/** Counts the refusal of locked payments, and makes them due again. A refused call does not count as a try. */
export async function postponeRefused(tx: Transaction, refused: RefusedPayment[]): Promise<void> {
  if (refused.length === 0) return;
  await tx.query(sql`
    update payments
    set attempts = payments.attempts - 1, refusals = payments.refusals + 1, leased_until = null,
      refused_since = coalesce(refused.refused_since, now()), due_at = refused.due_at,
      asked_at = case when not unasked then asked_at end
    from unnest(
      ${refused.map(({ payment }) => payment.id)}::uuid[],
      ${refused.map(({ payment }) => payment.status)}::text[],
      ${refused.map(({ payment }) => payment.attempts)}::integer[],
      ${refused.map(({ payment }) => payment.refusals)}::integer[],
      ${refused.map(({ payment }) => payment.refusedSince)}::timestamptz[],
      ${refused.map(({ isUnasked }) => isUnasked)}::boolean[],
      ${refused.map(({ dueAt }) => dueAt)}::timestamptz[]
    ) as refused (id, status, attempts, refusals, refused_since, unasked, due_at)
    where payments.id = refused.id and payments.status = refused.status and payments.attempts = refused.attempts
      and payments.refusals = refused.refusals`);
}

/** Makes refused payments due now, and counts them. It leaves out claimed ones: a claim empties `refused_since`. */
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

/** The payments of one status that are to be captured or refunded. */
export async function readPaymentBacklog(
  database: Queryable,
  status: 'pending' | 'captured',
): Promise<JobBacklog> {
  const [backlog] = await database.query(sql<JobBacklog>`
    select count(*) as rows,
      coalesce(extract(epoch from now() - min(case status when 'pending' then created_at else cancelled_at end)), 0)::float8
        as "oldestSeconds"
    from payments
    where status = ${status} and due_at is not null`);
  return backlog as JobBacklog;
}
