import type { Message, OutgoingEvent } from '@tenfold/events';
import type { Transaction } from '@tenfold/postgres';
import { announce } from './announce.ts';
import { advance, type Happening } from './order.ts';
import { lockOrders, updateOrders } from './order-store.ts';

/** Tells a person of an event that can never be right. It stops nothing else. */
export type Alarm = (facts: { orderId: string; status: string; happening: string }) => void;

/** Moves orders on by what inventory and payment say of them. */
export function advanceOrder(happening: Happening, alarm: Alarm) {
  return async (tx: Transaction, messages: Message<{ orderId: string }>[]): Promise<OutgoingEvent[]> => {
    const orders = await lockOrders(
      tx,
      messages.map((message) => message.data.orderId),
    );
    const at = new Date();
    const changed = messages.flatMap((message) => {
      const { orderId } = message.data;
      const order = orders.get(orderId);
      const next = order ? advance(order, happening, at) : 'alarm';
      if (next === 'alarm') alarm({ orderId, status: order?.status ?? 'unknown', happening });
      if (typeof next === 'string') return [];
      orders.set(orderId, next);
      return [{ order: next, cause: message }];
    });
    await updateOrders(
      tx,
      changed.map(({ order }) => order),
      at,
    );
    return changed.map(({ order, cause }) => announce(order, cause));
  };
}
