import type { Queryable } from '@tenfold/postgres';
import { hasEnded } from './order.ts';
import { deleteEndedOrder, findOrder } from './order-store.ts';

/** Hides an order that has ended from its customer. What is kept of it, and what others still say of it, goes on. */
export async function deleteOrder(
  database: Queryable,
  order: { id: string; customerId: string },
): Promise<'deleted' | 'unknown' | 'not-ended'> {
  const found = await findOrder(database, order);
  if (found && !hasEnded(found)) return 'not-ended';
  // What has ended stays ended, so nothing can come between.
  return found && (await deleteEndedOrder(database, order)) ? 'deleted' : 'unknown';
}
