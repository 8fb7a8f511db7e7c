import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StockReserved } from '@repo/contracts/inventory';
import { OrderConfirmed, OrderPlaced, OrderReserved } from '@repo/contracts/order';
import { PaymentCaptured } from '@repo/contracts/payment';
import type { EventType } from '@repo/events/event-type';
import { eventually, type RecordedEvent } from '@repo/testing';
import { ended, eventsOf, listProduct, newCustomer, placeOrder, recorded } from './whole-system.ts';

const SECRET = `tok_${'s3cret'.repeat(4)}`;
const EXPECTED = [OrderPlaced, StockReserved, OrderReserved, PaymentCaptured, OrderConfirmed];

const customer = await newCustomer();
const placed = await placeOrder(customer, {
  sku: await listProduct(),
  paymentToken: SECRET,
  headers: {
    traceparent: `01-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01-later`,
    tracestate: 'vendor=a,other=b',
  },
});
const orderId: string = placed.body.id;
const [, traceId = ''] = placed.headers.get('traceparent')?.split('-') ?? [];
await ended(customer, orderId);

/** The order's events, once all of them have been received. */
function events(): Promise<RecordedEvent[]> {
  return eventually(async () => {
    const all = await eventsOf(orderId);
    if (all.length < EXPECTED.length) return undefined;
    return all.toSorted((a, b) => +a.occurredAt - +b.occurredAt);
  });
}

test('each service publishes each event once, on its own topic and with the schema of the contract', async () => {
  const published = await events();
  assert.deepEqual(
    published.map(({ type }) => type),
    EXPECTED.map(({ type }) => type),
  );
  for (const [index, { type, topic, schema }] of (EXPECTED as EventType[]).entries()) {
    const event = published[index];
    assert.ok(schema.safeParse(event?.data).success, type);
    assert.ok(
      (await recorded(topic)).some(({ id }) => id === event?.id),
      `${type} is on ${topic}`,
    );
    assert.equal(typeof event?.data.version, 'number');
  }
});

test('an event is a CloudEvent in binary mode, keyed by its order and carrying the trace', async () => {
  for (const { headers, recordKey, type, data } of await events()) {
    const { ce_id, ce_time, traceparent, ...rest } = headers;
    const source = type.replace(/\..*/, '').replace('stock', 'inventory');
    assert.deepEqual(rest, {
      ce_specversion: '1.0',
      ce_source: `/${source}`,
      ce_type: type,
      ce_subject: orderId,
      'content-type': 'application/json',
      // As the client sent it, also where the cause has waited in a row of a table.
      tracestate: 'vendor=a,other=b',
    });
    assert.match(ce_id ?? '', /^[0-9a-f-]{36}$/);
    assert.match(ce_time ?? '', /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
    assert.equal(traceId, 'a1'.repeat(16));
    assert.match(traceparent ?? '', new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    assert.deepEqual([recordKey, data.orderId], [orderId, orderId]);
  }
});

test('the payment token is in order.reserved alone', async () => {
  for (const { type, data } of await events()) {
    const text = JSON.stringify(data);
    assert.equal(text.includes(SECRET), type === 'order.reserved', type);
  }
});
