import type { Healer } from '@repo/operations';
import { type Queryable, sql, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';

export type ReservationStatus = 'reserved' | 'rejected' | 'released' | 'sold';

/** A reservation, with the facts that its comparison needs. */
export interface ComparedReservation {
  orderId: string;
  status: ReservationStatus;
  /** Whether it has changed so recently that order may not know of it yet. */
  isRecent: boolean;
  /** Whether an event about its order is a dead letter here. */
  isParked: boolean;
}

/** The reservations of all orders whose ids are after `after`, up to and including `upTo`. */
export async function listComparedReservations(
  database: Queryable,
  { after, upTo, settledBefore }: { after: string; upTo: string; settledBefore: Date },
): Promise<ComparedReservation[]> {
  return await database.query(sql<ComparedReservation>`
    select order_id as "orderId", status, changed_at >= ${settledBefore} as "isRecent",
      exists (select from dead_letters where aggregate = order_id::text) as "isParked"
    from reservations
    where order_id > ${after} and order_id <= ${upTo}
    order by order_id`);
}

/** Locks an order's reservation until the transaction ends; returns its status, or undefined where there is none. */
export async function lockReservation(
  tx: Transaction,
  orderId: string,
): Promise<ReservationStatus | undefined> {
  const [row] = await tx.query(sql<{ status: ReservationStatus }>`
    select status
    from reservations
    where order_id = ${orderId}
    for update`);
  return row?.status;
}

export async function insertReconcileAction(
  tx: Transaction,
  orderId: string,
  { action, actor, reason }: Healer & { action: 'released' | 'sold' },
): Promise<void> {
  await tx.query(sql`
    insert into reconcile_actions (id, order_id, action, actor, reason)
    values (${uuidv7()}, ${orderId}, ${action}, ${actor}, ${reason})`);
}
