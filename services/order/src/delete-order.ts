import type { Queryable } from '@repo/postgres';
import type { Order } from './order.ts';
import { deleteEndedOrder, findOrder } from './order-store.ts';
import { hasEnded } from './saga.ts';

export interface DeleteRequest {
  id: string;
  customerId: string;
  /** Decides with the order as it is: an error leaves it unchanged. */
  refusalOf: (order: Order) => Error | undefined;
}

/** Hides an ended order from its customer. The row stays, and late events about it are still processed. */
export async function deleteOrder(
  database: Queryable,
  request: DeleteRequest,
): Promise<'deleted' | 'unknown' | 'not-ended' | Error> {
  const order = await findOrder(database, request);
  if (!order) return 'unknown';
  const refusal = request.refusalOf(order);
  if (refusal) return refusal;
  if (!hasEnded(order)) return 'not-ended';
  // An ended order never changes, so only another delete can come between.
  return (await deleteEndedOrder(database, request)) ? 'deleted' : 'unknown';
}
