import type { Healer } from '@repo/operations';
import { type Queryable, sql, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { Payment } from './payment.ts';

/** A payment, with the facts that its comparison needs. */
export interface ComparedPayment extends Payment {
  /** The event of its status; null while it is pending, and for payments of older versions. */
  eventId: string | null;
  /** Whether it has changed so recently that order may not know of it yet. */
  isRecent: boolean;
  /** Whether an event about its order is a dead letter here. */
  isParked: boolean;
}

/** The payments of all orders whose ids are after `after`, up to and including `upTo`. */
export async function listComparedPayments(
  database: Queryable,
  { after, upTo, settledBefore }: { after: string; upTo: string; settledBefore: Date },
): Promise<ComparedPayment[]> {
  return await database.query(sql<ComparedPayment>`
    select id, order_id as "orderId", customer_id as "customerId", status, version,
      amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
      null as "paymentToken", capture_id as "captureId", created_at as "createdAt",
      deadline_at as "deadlineAt", asked_at as "askedAt", cancelled_at as "cancelledAt", settled_at as "settledAt",
      event_id as "eventId", coalesce(settled_at, created_at) >= ${settledBefore} as "isRecent",
      exists (select from dead_letters where aggregate = order_id::text) as "isParked"
    from payments
    where order_id > ${after} and order_id <= ${upTo}
    order by order_id`);
}

/** Locks the payment of an order until the transaction ends; returns when the order was cancelled, as recorded here. */
export async function lockCancellation(
  tx: Transaction,
  orderId: string,
): Promise<{ cancelledAt: Date | null } | undefined> {
  const [row] = await tx.query(sql<{ cancelledAt: Date | null }>`
    select cancelled_at as "cancelledAt"
    from payments
    where order_id = ${orderId}
    for update`);
  return row;
}

/** Whether an event still waits in the outbox. */
export async function isUnpublished(tx: Transaction, eventId: string): Promise<boolean> {
  const waiting = await tx.query(sql`
    select id
    from outbox
    where id = ${eventId}`);
  return waiting.length > 0;
}

export async function insertReconcileAction(
  tx: Transaction,
  orderId: string,
  { action, actor, reason }: Healer & { action: 'cancelled' | 'published again' },
): Promise<void> {
  await tx.query(sql`
    insert into reconcile_actions (id, order_id, action, actor, reason)
    values (${uuidv7()}, ${orderId}, ${action}, ${actor}, ${reason})`);
}
