import type { OrderCancelled, OrderConfirmed, OrderRefunded } from '@tenfold/contracts/order';
import type { Message as Heard, OutgoingEvent } from '@tenfold/events';
import { readClock, type Transaction } from '@tenfold/postgres';
import { holdContacts } from './contact-store.ts';
import type { Kind } from './message.ts';
import { insertMessages } from './message-store.ts';

/** Writes messages that are sent as soon as their customer has an address. Nothing is said of it. */
export function writeMessage(kind: Kind) {
  return async (
    tx: Transaction,
    heard: Heard<OrderConfirmed | OrderCancelled | OrderRefunded>[],
  ): Promise<OutgoingEvent[]> => {
    const customerIds = heard.map(({ data }) => data.customerId);
    const [reachable, at] = await Promise.all([holdContacts(tx, customerIds), readClock(tx)]);
    const messages = heard.map(({ id, data, traceparent }) => {
      const { orderId, customerId, version: _version, ...details } = data;
      const dueAt = reachable.has(customerId) ? at : null;
      return {
        id,
        orderId,
        customerId,
        kind,
        status: 'waiting',
        sentAt: null,
        details,
        createdAt: at,
        dueAt,
        traceparent,
      } as const;
    });
    await insertMessages(tx, messages);
    return [];
  };
}
