import type { Healer } from '@repo/operations';
import type { Transaction } from '@repo/postgres';
import type { ReservationDifference } from './compare-reservation.ts';
import { insertReconcileAction, lockReservation } from './reconciliation-store.ts';
import { releaseStock } from './release-stock.ts';
import { sellStock } from './sell-stock.ts';

/**
 * Ends a reservation in the way in which the lost event would have; should that event come yet, it changes nothing.
 * Answers false when the reservation has ended since it was compared.
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
