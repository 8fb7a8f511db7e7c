import type { Message, OutgoingEvent } from '@repo/events';
import type { Alarm, TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { type Advanced, advance, type Order } from './order.ts';
import { orderEvent } from './order-events.ts';
import { recordChange } from './order-metrics.ts';
import { lockOrders, updateOrders } from './order-store.ts';
import type { Trigger } from './saga.ts';

export interface AdvanceRequest extends TraceContext {
  orderId: string;
  /** Decides with the order locked: an error leaves the order as it is. */
  refusalOf?: (order: Order) => Error | undefined;
}

/** The changed order, or why it stays as it was. */
export type AdvanceResult = Advanced | Error | 'unknown';

/**
 * Advances orders by one trigger: locks them, looks each up in the saga, and saves the changed ones. Of two requests for
 * one order, the second finds it as the first left it. Returns a result for each request, and the events.
 */
export async function advanceOrders<Request extends AdvanceRequest>(
  tx: Transaction,
  trigger: Trigger,
  requests: Request[],
): Promise<{ results: Map<Request, AdvanceResult>; events: OutgoingEvent[] }> {
  const ids = requests.map(({ orderId }) => orderId);
  const { orders, at } = await lockOrders(tx, ids);
  const results = new Map<Request, AdvanceResult>();
  const changed: { before: Order; order: Order; request: Request }[] = [];
  for (const request of requests) {
    const before = orders.get(request.orderId);
    const result = advanceOne(before, trigger, request, at);
    results.set(request, result);
    if (!before || !isOrder(result)) continue;
    orders.set(result.id, result);
    changed.push({ before, order: result, request });
  }
  await updateOrders(
    tx,
    changed.map(({ order }) => order),
    at,
  );
  tx.onCommit(() => {
    for (const { before, order } of changed) recordChange(before, order);
  });
  return { results, events: changed.map(({ order, request }) => orderEvent(order, request)) };
}

function advanceOne(
  order: Order | undefined,
  trigger: Trigger,
  { refusalOf }: AdvanceRequest,
  at: Date,
): AdvanceResult {
  if (!order) return 'unknown';
  return refusalOf?.(order) ?? advance(order, trigger, at);
}

export function isOrder(result: AdvanceResult): result is Order {
  return typeof result !== 'string' && !(result instanceof Error);
}

/** The part of an event of inventory or payment that advances an order. */
interface AdvancingData {
  orderId: string;
  amountCents?: number;
  currency?: string;
}

/**
 * Creates the handler of an event of inventory or payment, which advances orders.
 *
 * @throws from the returned function, when the amount of an event is not that of its order
 */
export function advanceOn(trigger: Trigger, alarm: Alarm) {
  return async (tx: Transaction, messages: Message<AdvancingData>[]): Promise<OutgoingEvent[]> => {
    const { results, events } = await advanceOrders(
      tx,
      trigger,
      messages.map(({ data, traceparent }) => ({
        orderId: data.orderId,
        refusalOf: (order) => refusalOfAmount(order, data),
        traceparent,
      })),
    );
    for (const [{ orderId }, result] of results) {
      if (result instanceof Error) throw result;
      if (result !== 'alarm' && result !== 'unknown') continue;
      const facts = { orderId, trigger };
      alarm('order-event-impossible', 'an order received an event that its saga rules out', facts);
    }
    return events;
  };
}

function refusalOfAmount(order: Order, { amountCents, currency }: AdvancingData): Error | undefined {
  if (amountCents === undefined) return undefined;
  if (amountCents === order.totalCents && currency === order.currency) return undefined;
  return new Error(
    `The event is about ${amountCents} ${currency}, and the order costs ${order.totalCents} ${order.currency}.`,
  );
}
