import type { Message, OutgoingEvent } from '@repo/events';
import type { Alarm, TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { type Advanced, advance, type Order } from './order.ts';
import { orderEvent } from './order-events.ts';
import { lockOrders, updateOrders } from './order-store.ts';
import type { Trigger } from './saga.ts';

export interface AdvanceRequest extends TraceContext {
  orderId: string;
  /** Decides with the order locked: an error leaves the order as it is. */
  refusalOf?: (order: Order) => Error | undefined;
}

/** The advanced order, or why it stays as it was. */
export type AdvanceResult = Advanced | Error | 'unknown';

/**
 * Advances orders by one trigger: locks them, looks each up in the saga, and saves the changed ones. Of two requests for
 * one order, the second finds it as the first has left it. Returns a result for each request, and the events.
 */
export async function advanceOrders<Request extends AdvanceRequest>(
  tx: Transaction,
  trigger: Trigger,
  requests: Request[],
): Promise<{ results: Map<Request, AdvanceResult>; events: OutgoingEvent[] }> {
  const ids = requests.map(({ orderId }) => orderId);
  const { orders, at } = await lockOrders(tx, ids);
  const results = new Map<Request, AdvanceResult>();
  const changed: { order: Order; request: Request }[] = [];
  for (const request of requests) {
    const result = advanceOne(orders.get(request.orderId), trigger, request, at);
    results.set(request, result);
    if (!isOrder(result)) continue;
    orders.set(result.id, result);
    changed.push({ order: result, request });
  }
  await updateOrders(
    tx,
    changed.map(({ order }) => order),
    at,
  );
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

/** Advances orders on events of inventory and payment. Throws when an amount is not that of its order. */
export function advanceOrder(trigger: Trigger, alarm: Alarm) {
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
