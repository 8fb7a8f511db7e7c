import type { Queryable } from '@repo/postgres';
import type { Order } from './order.ts';
import { deleteEndedOrder, findOrder } from './order-store.ts';
import { hasEnded } from './saga.ts';

export interface DeleteRequest {
  id: string;
  customerId: string;
  /** Decides on the order as it stands: an error leaves it as it is. */
  refusalOf: (order: Order) => Error | undefined;
}

/** Hides an order that has ended from its customer. What is kept of it, and what others still say of it, goes on. */
export async function deleteOrder(
  database: Queryable,
  request: DeleteRequest,
): Promise<'deleted' | 'unknown' | 'not-ended' | Error> {
  const order = await findOrder(database, request);
  if (!order) return 'unknown';
  const refusal = request.refusalOf(order);
  if (refusal) return refusal;
  if (!hasEnded(order)) return 'not-ended';
  // What has ended stays ended, so nothing but another delete can come between.
  return (await deleteEndedOrder(database, request)) ? 'deleted' : 'unknown';
}
