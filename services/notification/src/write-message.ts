import type { OrderCancelled, OrderConfirmed, OrderRefunded } from '@repo/contracts/order';
import type { OutgoingEvent, Message as Received } from '@repo/events';
import type { Transaction } from '@repo/postgres';
import { holdContacts } from './contact-store.ts';
import type { Kind } from './message.ts';
import { insertMessages } from './message-store.ts';

/** Writes messages that are sent as soon as their customer has an address. It publishes no events. */
export function writeMessage(kind: Kind) {
  return async (
    tx: Transaction,
    received: Received<OrderConfirmed | OrderCancelled | OrderRefunded>[],
  ): Promise<OutgoingEvent[]> => {
    const customerIds = received.map(({ data }) => data.customerId);
    const reachable = await holdContacts(tx, customerIds);
    const messages = received.map(({ id, data, traceparent }) => {
      const { orderId, customerId, version: _version, ...details } = data;
      return { id, orderId, customerId, kind, details, isDue: reachable.has(customerId), traceparent };
    });
    await insertMessages(tx, messages);
    return [];
  };
}
