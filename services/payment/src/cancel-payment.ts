import type { OrderCancelled } from '@tenfold/contracts/order';
import type { OutgoingEvent } from '@tenfold/events';
import type { Cause } from '@tenfold/observability';
import { readClock, type Transaction } from '@tenfold/postgres';
import { v7 as uuidv7 } from 'uuid';
import { tombstone } from './payment.ts';
import { insertPayments, markCancelled } from './payment-store.ts';

/** What has to be known of an order that was cancelled. */
type Cancellation = Cause & { data: Pick<OrderCancelled, 'orderId' | 'customerId'> };

/**
 * Writes down that nobody wants these payments any more. What follows is for the timers: a capture whose outcome is not
 * known yet is asked for until it is, and what was captured is paid back.
 */
export async function cancelPayment(tx: Transaction, messages: Cancellation[]): Promise<OutgoingEvent[]> {
  const at = await readClock(tx);
  const cancelled = messages.map(({ data: { orderId, customerId } }) => ({ orderId, customerId }));
  // For orders without a payment, so that one that is asked for after this finds its place taken.
  await insertPayments(
    tx,
    cancelled.map((order) => tombstone(order, { id: uuidv7(), at })),
  );
  await markCancelled(
    tx,
    messages.map(({ data, traceparent }) => ({ orderId: data.orderId, traceparent })),
    at,
  );
  return [];
}
