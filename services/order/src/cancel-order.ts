import type { OutgoingEvent } from '@tenfold/events';
import type { Cause } from '@tenfold/observability';
import type { Transaction } from '@tenfold/postgres';
import { advanceOrders } from './advance-order.ts';
import { findOrder, type OrderWithHistory } from './order-store.ts';

/**
 * Cancels orders that their customers no longer want; answers each with the order, or 'ended' where it is too late.
 * Whether the payment has been taken meanwhile, nobody here knows: payment hears of the cancellation, and refunds.
 */
export async function cancelOrder(
  tx: Transaction,
  requests: ({ orderId: string; customerId: string } & Cause)[],
): Promise<{ results: (OrderWithHistory | 'ended')[]; says: OutgoingEvent[] }> {
  const { results, says } = await advanceOrders(tx, 'cancel', requests);
  const answers = requests.map(async ({ orderId: id, customerId }, index) => {
    const isCancelled = typeof results[index] !== 'string';
    return (isCancelled && (await findOrder(tx, { id, customerId }))) || 'ended';
  });
  return { results: await Promise.all(answers), says };
}
