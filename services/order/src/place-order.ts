import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import { readClock, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { type Order, type OrderRequest, place, type Refusal } from './order.ts';
import { orderEvent } from './order-events.ts';
import { insertOrders } from './order-store.ts';
import { findPrices } from './price-store.ts';

/** Places orders; answers each with the order, or with why it was refused. */
export async function placeOrder(
  tx: Transaction,
  requests: (OrderRequest & TraceContext)[],
  { deadlineSeconds }: { deadlineSeconds: number },
): Promise<{ results: (Order | Refusal)[]; events: OutgoingEvent[] }> {
  const skus = requests.flatMap((request) => request.lines.map((line) => line.sku));
  const [prices, at] = await Promise.all([findPrices(tx, skus), readClock(tx)]);
  const results = requests.map((request) => place(request, prices, { id: uuidv7(), at, deadlineSeconds }));
  const placed = results.flatMap((result, index) =>
    'refused' in result ? [] : [{ ...result, traceparent: requests[index]?.traceparent }],
  );
  await insertOrders(tx, placed);
  return { results, events: placed.map((order) => orderEvent(order, order)) };
}
