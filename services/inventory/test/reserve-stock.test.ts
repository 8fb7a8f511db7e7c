import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  caughtUp,
  listWith,
  newSku,
  orderRecord,
  publish,
  query,
  record,
  stockOf,
} from './inventory-service.ts';

const published = await record('inventory.events');

const one = (sku: string) => [{ sku, quantity: 1 }];

/** The events about these orders, as soon as there is one for each. */
async function outcomesOf(...orderIds: string[]) {
  const responses = () => published.filter(({ key }) => orderIds.includes(key));
  await eventually(() => new Set(responses().map(({ key }) => key)).size === orderIds.length, {
    what: 'an event for each order',
  });
  return responses();
}

/** An order that has its stock. */
async function orderWith(lines: { sku: string; quantity: number }[]): Promise<string> {
  const orderId = randomUUID();
  await publish([orderRecord.placed(orderId, lines)]);
  const [response] = await outcomesOf(orderId);
  assert.equal(response?.type, 'stock.reserved');
  return orderId;
}

test('an order whose stock is available has it reserved', async () => {
  const [keyboard, mouse] = [await listWith(7), await listWith(2)];
  const orderId = randomUUID();
  await publish([
    orderRecord.placed(orderId, [
      { sku: keyboard, quantity: 3 },
      { sku: mouse, quantity: 2 },
    ]),
  ]);

  const [response] = await outcomesOf(orderId);

  assert.equal(response?.type, 'stock.reserved');
  assert.equal(response?.recordKey, orderId);
  assert.deepEqual(response?.data, { orderId, version: 1 });
  assert.deepEqual(await stockOf(keyboard), { available: 4, reserved: 3, sold: 0, restocked: 7 });
  assert.deepEqual(await stockOf(mouse), { available: 0, reserved: 2, sold: 0, restocked: 2 });
});

test('an order with one line out of stock reserves nothing, and its event names what is missing', async () => {
  const [keyboard, mouse, unicorn] = [await listWith(7), await listWith(2), newSku('UNICORN')];
  const orderId = randomUUID();
  await publish([
    orderRecord.placed(orderId, [
      { sku: keyboard, quantity: 3 },
      { sku: mouse, quantity: 5 },
      { sku: unicorn, quantity: 1 },
    ]),
  ]);

  const [response] = await outcomesOf(orderId);

  assert.equal(response?.type, 'stock.rejected');
  assert.deepEqual(response?.data, {
    orderId,
    version: 1,
    missing: [
      { sku: mouse, requested: 5, available: 2 },
      { sku: unicorn, requested: 1, available: 0 },
    ],
  });
  assert.equal((await stockOf(keyboard)).available, 7);
  assert.deepEqual(await query('select sku from reservation_lines where order_id = $1', [orderId]), []);
});

test('of two orders for the last unit, one gets it', async () => {
  const sku = await listWith(1, 'LAST-ONE');
  const orderIds = [randomUUID(), randomUUID()];
  await publish(orderIds.map((orderId) => orderRecord.placed(orderId, one(sku))));

  const responses = await outcomesOf(...orderIds);

  assert.deepEqual(responses.map(({ type }) => type).sort(), ['stock.rejected', 'stock.reserved']);
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 1, sold: 0, restocked: 1 });
});

test('the reserved stock of a confirmed order is sold', async () => {
  const sku = await listWith(5);
  const lines = [{ sku, quantity: 2 }];
  const orderId = await orderWith(lines);
  await publish([orderRecord.confirmed(orderId, lines)]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 3, reserved: 0, sold: 2, restocked: 5 });
});

test('the reserved stock of a cancelled order is available again', async () => {
  const sku = await listWith(1);
  const orderId = await orderWith(one(sku));
  await publish([orderRecord.cancelled(orderId, one(sku))]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
  await orderWith(one(sku));
});

test('an order that was rejected and is then cancelled releases nothing', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  const lines = [{ sku, quantity: 2 }];
  await publish([orderRecord.placed(orderId, lines), orderRecord.cancelled(orderId, lines)]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
});

test('an order that is cancelled before it is placed never reserves stock', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  await publish([orderRecord.cancelled(orderId, one(sku))]);
  await caughtUp();
  await publish([orderRecord.placed(orderId, one(sku))]);
  await caughtUp();

  // The next order gets the stock, and nothing was published about the one before.
  const next = await orderWith(one(sku));
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 1, sold: 0, restocked: 1 });
  assert.deepEqual(
    published.filter(({ key }) => key === orderId),
    [],
  );
  assert.deepEqual(
    await query('select order_id, status from reservations where order_id = any($1) order by status', [
      [orderId, next],
    ]),
    [
      { order_id: orderId, status: 'released' },
      { order_id: next, status: 'reserved' },
    ],
  );
});

test('an order that is cancelled before it is placed, in one batch, never reserves stock', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  await publish([orderRecord.cancelled(orderId, one(sku)), orderRecord.placed(orderId, one(sku))]);
  await caughtUp();

  await orderWith(one(sku));
  assert.deepEqual(
    published.filter(({ key }) => key === orderId),
    [],
  );
  assert.deepEqual(await query('select status from reservations where order_id = $1', [orderId]), [
    { status: 'released' },
  ]);
});

test('an event that is consumed twice, in one batch or in two, takes effect once', async () => {
  const sku = await listWith(10);
  const [sold, released] = [randomUUID(), randomUUID()];
  const lines = [{ sku, quantity: 2 }];
  const events = [
    orderRecord.placed(sold, lines),
    orderRecord.placed(released, lines),
    orderRecord.confirmed(sold, lines),
    orderRecord.cancelled(released, lines),
  ];
  for (const event of events) await publish([event, event]);
  await caughtUp();
  await publish(events);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 8, reserved: 0, sold: 2, restocked: 10 });
  assert.deepEqual(
    (await outcomesOf(sold, released)).map(({ type }) => type),
    ['stock.reserved', 'stock.reserved'],
  );
});

test('the same event, published again under another id, changes nothing either', async () => {
  const sku = await listWith(10);
  const orderId = await orderWith(one(sku));
  const repeated = [orderRecord.placed, orderRecord.confirmed, orderRecord.confirmed, orderRecord.cancelled];
  await publish(repeated.map((recordOf) => recordOf(orderId, one(sku))));
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 9, reserved: 0, sold: 1, restocked: 10 });
  assert.equal((await outcomesOf(orderId)).length, 1);
});
