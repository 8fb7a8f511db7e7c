import { OrderConfirmed } from '@repo/contracts/order';
import { type EventRecord, eventRecord } from '@repo/testing';
import { kafka } from './whole-system.ts';

interface Order {
  orderId: string;
  customerId: string;
  sku: string;
}

/** The type of the events that `poison` publishes. */
export const POISONED = OrderConfirmed.type;

/** Publishes a malformed event of an order, and a correct one behind it. */
export async function poison({ sku, ...order }: Order): Promise<void> {
  const lines = [{ sku, quantity: 1 }];
  const confirmed = () =>
    eventRecord(OrderConfirmed, { ...order, version: 3, totalCents: 1, currency: 'EUR', lines });
  await publish({ ...confirmed(), value: '{"orderId":' }, confirmed());
}

async function publish(...records: EventRecord[]): Promise<void> {
  const publisher = await kafka.openPublisher();
  await publisher.publish(records.map(({ topic, ...record }) => ({ topic, records: [record] })));
  await publisher.close();
}
