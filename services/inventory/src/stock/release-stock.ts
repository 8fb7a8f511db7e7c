import type { OrderCancelled } from '@repo/contracts/order';
import type { OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { closeReservations, insertTombstones } from './reservation-store.ts';
import { release } from './stock.ts';
import { changeStock, lockStock } from './stock-store.ts';

/** Releases the stock of cancelled orders. An order without a reservation gets a tombstone, so that it never has one. */
export async function releaseStock(
  tx: Transaction,
  messages: { data: Pick<OrderCancelled, 'orderId'> }[],
): Promise<OutgoingEvent[]> {
  const orderIds = messages.map((message) => message.data.orderId);
  await insertTombstones(tx, orderIds);
  const lines = await closeReservations(tx, orderIds, 'released');
  await lockStock(
    tx,
    lines.map((line) => line.sku),
  );
  await changeStock(tx, release(lines));
  return [];
}
