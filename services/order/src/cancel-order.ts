import type { OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { type AdvanceRequest, advanceOrders } from './advance-order.ts';
import { findOrder, type OrderWithHistory } from './order-store.ts';

/**
 * Cancels orders that their customers no longer want; answers each with the order, the refusal, 'ended' where it is too
 * late, or 'unknown'.
 * Whether the payment has been taken meanwhile, nobody here knows: payment hears of the cancellation, and refunds.
 */
export async function cancelOrder(
  tx: Transaction,
  requests: (AdvanceRequest & { customerId: string })[],
): Promise<{ results: (OrderWithHistory | Error | 'ended' | 'unknown')[]; events: OutgoingEvent[] }> {
  const { results, events } = await advanceOrders(tx, 'cancel', requests);
  const answers = requests.map(async ({ orderId: id, customerId }, index) => {
    const result = results[index];
    if (result instanceof Error) return result;
    if (typeof result === 'string') return result === 'unknown' ? result : 'ended';
    return (await findOrder(tx, { id, customerId })) ?? 'unknown';
  });
  return { results: await Promise.all(answers), events };
}
