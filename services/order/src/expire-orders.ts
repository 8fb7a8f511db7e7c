import type { OutgoingEvent } from '@repo/events';
import type { Completed } from '@repo/jobs';
import type { Transaction } from '@repo/postgres';
import { advanceOrders } from './advance-order.ts';
import type { OverdueOrder } from './deadline-store.ts';

/** Cancels orders whose deadline has passed. An order that has ended since its claim stays as it is. */
export async function expireOrders(
  tx: Transaction,
  overdue: Completed<OverdueOrder, void>[],
): Promise<OutgoingEvent[]> {
  const { events } = await advanceOrders(
    tx,
    'deadline',
    overdue.map(({ row, traceparent }) => ({ orderId: row.id, traceparent })),
  );
  return events;
}
