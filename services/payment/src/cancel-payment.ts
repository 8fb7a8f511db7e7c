import type { OrderCancelled } from '@repo/contracts/order';
import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { insertTombstones, markCancelled } from './payment-store.ts';

/** What has to be known of an order that was cancelled. */
type Cancellation = TraceContext & { data: Pick<OrderCancelled, 'orderId' | 'customerId'> };

/**
 * Writes down that nobody wants these payments any more. What follows is for the timers: a capture whose outcome is not
 * known yet is asked for until it is, and what was captured is paid back.
 */
export async function cancelPayment(tx: Transaction, messages: Cancellation[]): Promise<OutgoingEvent[]> {
  await Promise.all([
    // For orders without a payment, so that one that is asked for after this finds its place taken.
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
