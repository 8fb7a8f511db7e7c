import type { Alarm } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { claimOverdueReservations } from './reservation-store.ts';

const BATCH = 100;

/**
 * Tells a person of reservations whose orders should have ended long ago, of each once; answers whether there may be
 * more. Nothing is released: what expired by itself could be sold again while its payment waits on a topic. Told before
 * the commit, since an alarm that a crash repeats is better than one that it loses.
 */
export async function watchReservations(
  tx: Transaction,
  { alarm, alarmSeconds }: { alarm: Alarm; alarmSeconds: number },
): Promise<boolean> {
  const overdue = await claimOverdueReservations(tx, { alarmSeconds, limit: BATCH });
  for (const { orderId, deadlineAt } of overdue)
    alarm('reservation-overdue', "a reservation has outlived its order's deadline", { orderId, deadlineAt });
  return overdue.length === BATCH;
}
