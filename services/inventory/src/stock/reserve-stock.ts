import type { OrderPlaced } from '@repo/contracts/order';
import type { Message, OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { reservationEvent } from '../inventory-events.ts';
import { insertReservationLines, openReservations, rejectReservations } from './reservation-store.ts';
import { reserve } from './stock.ts';
import { changeStock, lockStock } from './stock-store.ts';

/** Reserves the stock of orders: for each order all of it, or nothing. */
export async function reserveStock(
  tx: Transaction,
  messages: Message<OrderPlaced>[],
): Promise<OutgoingEvent[]> {
  // An order that has a reservation already was cancelled before: that is its tombstone.
  const opened = await openReservations(
    tx,
    messages.map((message) => message.data),
  );
  const wanted = messages.filter((message) => opened.has(message.data.orderId));
  const lines = wanted.flatMap(({ data }) => data.lines.map((line) => ({ orderId: data.orderId, ...line })));
  const stock = await lockStock(
    tx,
    lines.map((line) => line.sku),
  );
  const { decisions, changes } = reserve(
    wanted.map((message) => message.data),
    stock,
  );
  const rejected = new Set(
    decisions.filter(({ missing }) => missing.length > 0).map(({ orderId }) => orderId),
  );
  await Promise.all([
    changeStock(tx, changes),
    insertReservationLines(
      tx,
      lines.filter((line) => !rejected.has(line.orderId)),
    ),
    rejectReservations(tx, [...rejected]),
  ]);
  const messageOf = new Map(wanted.map((message) => [message.data.orderId, message]));
  return decisions.map((decision) => reservationEvent(decision, messageOf.get(decision.orderId) ?? {}));
}
