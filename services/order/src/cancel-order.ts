import type { OutgoingEvent } from '@tenfold/events';
import type { Cause } from '@tenfold/observability';
import type { Transaction } from '@tenfold/postgres';
import { advanceOrders } from './advance-order.ts';
import { findOrder, type OrderWithHistory } from './order-store.ts';

/**
 * Cancels orders that their customers no longer want; answers each with the order, 'ended' where it is too late, or
 * 'unknown'.
 * Whether the payment has been taken meanwhile, nobody here knows: payment hears of the cancellation, and refunds.
 */
export async function cancelOrder(
  tx: Transaction,
  requests: ({ orderId: string; customerId: string } & Cause)[],
): Promise<{ results: (OrderWithHistory | 'ended' | 'unknown')[]; says: OutgoingEvent[] }> {
  const { results, says } = await advanceOrders(tx, 'cancel', requests);
  const answers = requests.map(async ({ orderId: id, customerId }, index) => {
    const result = results[index];
    if (typeof result === 'string') return result === 'unknown' ? result : 'ended';
    return (await findOrder(tx, { id, customerId })) ?? 'unknown';
  });
  return { results: await Promise.all(answers), says };
}
