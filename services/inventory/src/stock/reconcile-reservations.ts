import type { ComparedOrder } from '@repo/contracts/compared-order';
import type { RecordPage } from '@repo/operations';
import type { Database } from '@repo/postgres';
import { compareReservation, type ReservationDifference } from './compare-reservation.ts';
import { listComparedReservations } from './reconciliation-store.ts';

/** Compares orders with reservations, page by page. */
export function reconcileReservations(database: Database) {
  return async function* (
    pages: AsyncIterable<RecordPage<ComparedOrder>>,
    settledBefore: Date,
  ): AsyncGenerator<ReservationDifference | 'not settled'> {
    for await (const { records: orders, after, upTo } of pages) {
      const reservations = await listComparedReservations(database, { after, upTo, settledBefore });
      const reservationOf = new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
      for (const order of orders) {
        yield* listed(compareReservation(order, reservationOf.get(order.id)));
        reservationOf.delete(order.id);
      }
      for (const reservation of reservationOf.values())
        yield* listed(compareReservation(undefined, reservation));
    }
  };
}

function listed(result: ReservationDifference[] | 'not settled'): (ReservationDifference | 'not settled')[] {
  return result === 'not settled' ? [result] : result;
}
