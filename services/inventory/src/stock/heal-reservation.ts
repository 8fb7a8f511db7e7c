import type { Healer } from '@repo/operations';
import type { Transaction } from '@repo/postgres';
import type { ReservationDifference } from './compare-reservation.ts';
import { insertReconcileAction, lockReservation } from './reconciliation-store.ts';
import { releaseStock } from './release-stock.ts';
import { sellStock } from './sell-stock.ts';

/**
 * Ends a reservation as the lost event would have; if that event arrives later, it changes nothing. Returns false when
 * the reservation has ended since the comparison.
 */
export async function healReservation(
  tx: Transaction,
  { orderId, heal }: ReservationDifference,
  by: Healer,
): Promise<boolean> {
  const status = await lockReservation(tx, orderId);
  if (!heal || (status && status !== 'reserved')) return false;
  const end = heal === 'release' ? releaseStock : sellStock;
  await end(tx, [{ data: { orderId } }]);
  await insertReconcileAction(tx, orderId, { action: heal === 'release' ? 'released' : 'sold', ...by });
  return true;
}
