import type { ComparedOrder } from '@repo/contracts/compared-order';
import type { Difference } from '@repo/operations';
import type { ComparedReservation } from './reconciliation-store.ts';

/** A difference about a reservation, and how it is healed. */
export interface ReservationDifference extends Difference {
  orderId: string;
  heal?: 'release' | 'sell';
}

/** The statuses that a reservation may have once its order has ended, and how an open one is healed. */
const ENDS = {
  cancelled: { ends: ['released', 'rejected'], heal: 'release', healing: 'its stock is released' },
  confirmed: { ends: ['sold'], heal: 'sell', healing: 'its stock is sold' },
} as const;

/** Names the difference between an order and its reservation; one of them may be missing. */
export function compareReservation(
  order: ComparedOrder | undefined,
  reservation: ComparedReservation | undefined,
): ReservationDifference[] | 'not settled' {
  if (reservation?.isRecent) return 'not settled';
  if (!order) return withoutOrder(reservation);
  const { id: orderId, status } = order;
  if (!order.isSettled || status === 'placed' || status === 'reserved') return 'not settled';
  const { ends, heal, healing } = ENDS[status];
  if (ends.some((end) => end === reservation?.status)) return [];
  const state = reservation ? `its reservation is ${reservation.status}` : 'there is no reservation';
  const sentence = `Order ${orderId} is ${status}, and ${state}.`;
  if (reservation?.isParked) {
    const hint = `It has a dead letter: npm run dead-letters -- list --key ${orderId}.`;
    return [{ orderId, sentence: `${sentence} ${hint}` }];
  }
  const isHealable = reservation ? reservation.status === 'reserved' : status === 'cancelled';
  return [{ orderId, sentence, ...(isHealable && { heal, healing }) }];
}

function withoutOrder(reservation?: ComparedReservation): ReservationDifference[] {
  if (!reservation || !['reserved', 'sold'].includes(reservation.status)) return [];
  const { orderId, status } = reservation;
  return [{ orderId, sentence: `There is no order ${orderId}, and a reservation for it is ${status}.` }];
}
