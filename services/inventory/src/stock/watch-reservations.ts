import type { Alarm } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { claimOverdueReservations } from './reservation-store.ts';

const BATCH = 100;

/**
 * Raises an alarm for each reservation whose order should have ended long ago, once; returns whether there may be more.
 * Nothing is released: the stock of an expired reservation could be sold again while its payment waits on a topic. The
 * alarm is raised before the commit, since a crash should repeat it rather than lose it.
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
