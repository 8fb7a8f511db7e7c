import type { Message, OutgoingEvent } from '@repo/events';
import type { Alarm, TraceContext } from '@repo/observability';
import type { Transaction } from '@repo/postgres';
import { type Advanced, advance, type Order, type Trigger } from './order.ts';
import { orderEvent } from './order-events.ts';
import { lockOrders, updateOrders } from './order-store.ts';

export interface AdvanceRequest extends TraceContext {
  orderId: string;
  /** Decides on the order as it stands, when nobody else can change it: an error leaves it as it is. */
  refusalOf?: (order: Order) => Error | undefined;
}

/**
 * Lets something happen to orders, one after the other: locks them, looks into the saga, saves what has changed.
 * Answers each as it is then, or why it stays as it was; and what is to be said.
 */
export async function advanceOrders(
  tx: Transaction,
  trigger: Trigger,
  happened: AdvanceRequest[],
): Promise<{ results: (Advanced | Error | 'unknown')[]; events: OutgoingEvent[] }> {
  const ids = happened.map(({ orderId }) => orderId);
  const { orders, at } = await lockOrders(tx, ids);
  const results = happened.map(({ orderId, refusalOf }) => {
    const order = orders.get(orderId);
    if (!order) return 'unknown';
    const refusal = refusalOf?.(order);
    if (refusal) return refusal;
    const next = advance(order, trigger, at);
    if (typeof next !== 'string') orders.set(orderId, next);
    return next;
  });
  const changed = results.flatMap((order, index) =>
    typeof order === 'string' || order instanceof Error
      ? []
      : [{ order, cause: happened[index] as TraceContext }],
  );
  await updateOrders(
    tx,
    changed.map(({ order }) => order),
    at,
  );
  return { results, events: changed.map(({ order, cause }) => orderEvent(order, cause)) };
}

/** What inventory and payment say of an order; of money, how much. */
interface AdvanceOutcome {
  orderId: string;
  amountCents?: number;
  currency?: string;
}

/** Moves orders on by what inventory and payment say of them. Throws when the money is not that of the order. */
export function advanceOrder(trigger: Trigger, alarm: Alarm) {
  return async (tx: Transaction, messages: Message<AdvanceOutcome>[]): Promise<OutgoingEvent[]> => {
    const { results, events } = await advanceOrders(
      tx,
      trigger,
      messages.map(({ data, traceparent }) => ({
        orderId: data.orderId,
        refusalOf: (order) => refusalOfAmount(order, data),
        traceparent,
      })),
    );
    results.forEach((result, index) => {
      if (result instanceof Error) throw result;
      const orderId = messages[index]?.data.orderId;
      if (result === 'alarm' || result === 'unknown')
        alarm('order-event-impossible', 'an order received an event that its saga rules out', {
          orderId,
          trigger,
        });
    });
    return events;
  };
}

function refusalOfAmount(order: Order, { amountCents, currency }: AdvanceOutcome): Error | undefined {
  if (amountCents === undefined) return undefined;
  if (amountCents === order.totalCents && currency === order.currency) return undefined;
  return new Error(
    `The event speaks of ${amountCents} ${currency}, and the order costs ${order.totalCents} ${order.currency}.`,
  );
}
