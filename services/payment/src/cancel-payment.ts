import type { OrderCancelled } from '@repo/contracts/order';
import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { insertTombstones, markCancelled } from './payment-store.ts';

/** The needed part of a cancelled order. */
type Cancellation = TraceContext & { data: Pick<OrderCancelled, 'orderId' | 'customerId'> };

/**
 * Records that the orders of these payments were cancelled. The timers do the rest: a capture whose outcome is unknown is
 * repeated until it is known, and captured payments are refunded.
 */
export async function cancelPayment(tx: Transaction, messages: Cancellation[]): Promise<OutgoingEvent[]> {
  await Promise.all([
    // For orders without a payment: a later request finds the row of its order in use.
    insertTombstones(
      tx,
      messages.map(({ data: { orderId, customerId } }) => ({ id: uuidv7(), orderId, customerId })),
    ),
    markCancelled(
      tx,
      messages.map(({ data, traceparent }) => ({ orderId: data.orderId, traceparent })),
    ),
  ]);
  return [];
}
