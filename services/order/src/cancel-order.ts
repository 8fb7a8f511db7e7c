import type { OutgoingEvent } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { type AdvanceRequest, advanceOrders, isOrder } from './advance-order.ts';
import { findOrder, type OrderWithHistory } from './order-store.ts';

export interface CancelRequest extends AdvanceRequest {
  customerId: string;
}

export type CancelResult = OrderWithHistory | Error | 'ended' | 'unknown';

/**
 * Cancels orders for their customers. The result is the cancelled order, a refusal, 'ended' for an order that can no
 * longer be cancelled, or 'unknown'. Order does not know whether the payment is captured meanwhile: payment consumes the
 * cancellation, and refunds.
 */
export async function cancelOrder<Request extends CancelRequest>(
  tx: Transaction,
  requests: Request[],
): Promise<{ results: Map<Request, CancelResult>; events: OutgoingEvent[] }> {
  const advanced = await advanceOrders(tx, 'cancel', requests);
  const results = await Promise.all(
    Array.from(advanced.results, async ([request, result]): Promise<[Request, CancelResult]> => {
      if (isOrder(result)) {
        const { orderId: id, customerId } = request;
        return [request, (await findOrder(tx, { id, customerId })) ?? 'unknown'];
      }
      return [request, result instanceof Error || result === 'unknown' ? result : 'ended'];
    }),
  );
  return { results: new Map(results), events: advanced.events };
}
