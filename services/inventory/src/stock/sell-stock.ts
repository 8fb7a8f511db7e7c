import type { OrderConfirmed } from '@repo/contracts/order';
import type { OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { closeReservations } from './reservation-store.ts';
import { sell } from './stock.ts';
import { changeStock, lockStock } from './stock-store.ts';

/** Moves the reserved stock of confirmed orders to sold. */
export async function sellStock(
  tx: Transaction,
  messages: { data: Pick<OrderConfirmed, 'orderId'> }[],
): Promise<OutgoingEvent[]> {
  const lines = await closeReservations(
    tx,
    messages.map((message) => message.data.orderId),
    'sold',
  );
  await lockStock(
    tx,
    lines.map((line) => line.sku),
  );
  await changeStock(tx, sell(lines));
  return [];
}
