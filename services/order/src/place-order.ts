import type { OutgoingEvent } from '@repo/events';
import type { TraceContext } from '@repo/observability';
import { readClock, type Transaction } from '@repo/postgres';
import { v7 as uuidv7 } from 'uuid';
import { type Order, type OrderRequest, place, type Refusal } from './order.ts';
import { orderEvent } from './order-events.ts';
import { insertOrders } from './order-store.ts';
import { findPrices } from './price-store.ts';

/** Places orders; returns an order or a refusal for each request, and the events of the placed orders. */
export async function placeOrder<Request extends OrderRequest & TraceContext>(
  tx: Transaction,
  requests: Request[],
  { deadlineSeconds }: { deadlineSeconds: number },
): Promise<{ results: Map<Request, Order | Refusal>; events: OutgoingEvent[] }> {
  const skus = requests.flatMap((request) => request.lines.map((line) => line.sku));
  const [prices, at] = await Promise.all([findPrices(tx, skus), readClock(tx)]);
  const results = new Map(
    requests.map((request) => [request, place(request, prices, { id: uuidv7(), at, deadlineSeconds })]),
  );
  const placed = [...results].flatMap(([{ traceparent }, result]) =>
    'refused' in result ? [] : [{ ...result, traceparent }],
  );
  await insertOrders(tx, placed);
  return { results, events: placed.map((order) => orderEvent(order, order)) };
}
