import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  caughtUp,
  listWith,
  newSku,
  publish,
  published,
  query,
  record,
  stockOf,
} from './inventory-service.ts';

const said = await record('inventory.events');

const one = (sku: string) => [{ sku, quantity: 1 }];

/** What was said of these orders, as soon as something has been said of each. */
async function answersTo(...orderIds: string[]) {
  const answers = () => said.filter(({ key }) => orderIds.includes(key));
  await eventually(() => new Set(answers().map(({ key }) => key)).size === orderIds.length, {
    what: 'an answer to each order',
  });
  return answers();
}

/** An order that has its stock. */
async function orderWith(lines: { sku: string; quantity: number }[]): Promise<string> {
  const orderId = randomUUID();
  await publish([published.placed(orderId, lines)]);
  const [answer] = await answersTo(orderId);
  assert.equal(answer?.type, 'stock.reserved');
  return orderId;
}

test('an order whose goods are there has them reserved', async () => {
  const [keyboard, mouse] = [await listWith(7), await listWith(2)];
  const orderId = randomUUID();
  await publish([
    published.placed(orderId, [
      { sku: keyboard, quantity: 3 },
      { sku: mouse, quantity: 2 },
    ]),
  ]);

  const [answer] = await answersTo(orderId);

  assert.equal(answer?.type, 'stock.reserved');
  assert.equal(answer?.recordKey, orderId);
  assert.deepEqual(answer?.data, { orderId, version: 1 });
  assert.deepEqual(await stockOf(keyboard), { available: 4, reserved: 3, sold: 0, restocked: 7 });
  assert.deepEqual(await stockOf(mouse), { available: 0, reserved: 2, sold: 0, restocked: 2 });
});

test('an order that lacks one thing reserves nothing, and is told what is missing', async () => {
  const [keyboard, mouse, unicorn] = [await listWith(7), await listWith(2), newSku('UNICORN')];
  const orderId = randomUUID();
  await publish([
    published.placed(orderId, [
      { sku: keyboard, quantity: 3 },
      { sku: mouse, quantity: 5 },
      { sku: unicorn, quantity: 1 },
    ]),
  ]);

  const [answer] = await answersTo(orderId);

  assert.equal(answer?.type, 'stock.rejected');
  assert.deepEqual(answer?.data, {
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

test('of two orders for the last one, one gets it', async () => {
  const sku = await listWith(1, 'LAST-ONE');
  const orderIds = [randomUUID(), randomUUID()];
  await publish(orderIds.map((orderId) => published.placed(orderId, one(sku))));

  const answers = await answersTo(...orderIds);

  assert.deepEqual(answers.map(({ type }) => type).sort(), ['stock.rejected', 'stock.reserved']);
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 1, sold: 0, restocked: 1 });
});

test('what a confirmed order had reserved is sold', async () => {
  const sku = await listWith(5);
  const lines = [{ sku, quantity: 2 }];
  const orderId = await orderWith(lines);
  await publish([published.confirmed(orderId, lines)]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 3, reserved: 0, sold: 2, restocked: 5 });
});

test('what a cancelled order had reserved can be ordered again', async () => {
  const sku = await listWith(1);
  const orderId = await orderWith(one(sku));
  await publish([published.cancelled(orderId, one(sku))]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
  await orderWith(one(sku));
});

test('an order that was refused and is then cancelled gives nothing back', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  const lines = [{ sku, quantity: 2 }];
  await publish([published.placed(orderId, lines), published.cancelled(orderId, lines)]);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 1, reserved: 0, sold: 0, restocked: 1 });
});

test('an order that is cancelled before its goods are asked for never gets them', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  await publish([published.cancelled(orderId, one(sku))]);
  await caughtUp();
  await publish([published.placed(orderId, one(sku))]);
  await caughtUp();

  // Whoever comes next finds it, and nothing has been said of the one before.
  const next = await orderWith(one(sku));
  assert.deepEqual(await stockOf(sku), { available: 0, reserved: 1, sold: 0, restocked: 1 });
  assert.deepEqual(
    said.filter(({ key }) => key === orderId),
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

test('an order that is cancelled before its goods are asked for, in one batch, never gets them', async () => {
  const sku = await listWith(1);
  const orderId = randomUUID();
  await publish([published.cancelled(orderId, one(sku)), published.placed(orderId, one(sku))]);
  await caughtUp();

  await orderWith(one(sku));
  assert.deepEqual(
    said.filter(({ key }) => key === orderId),
    [],
  );
  assert.deepEqual(await query('select status from reservations where order_id = $1', [orderId]), [
    { status: 'released' },
  ]);
});

test('what is heard twice, in one batch or in two, has its effect once', async () => {
  const sku = await listWith(10);
  const [sold, released] = [randomUUID(), randomUUID()];
  const lines = [{ sku, quantity: 2 }];
  const events = [
    published.placed(sold, lines),
    published.placed(released, lines),
    published.confirmed(sold, lines),
    published.cancelled(released, lines),
  ];
  for (const event of events) await publish([event, event]);
  await caughtUp();
  await publish(events);
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 8, reserved: 0, sold: 2, restocked: 10 });
  assert.deepEqual(
    (await answersTo(sold, released)).map(({ type }) => type),
    ['stock.reserved', 'stock.reserved'],
  );
});

test('the same thing said anew, under another id, changes nothing either', async () => {
  const sku = await listWith(10);
  const orderId = await orderWith(one(sku));
  const anew = [published.placed, published.confirmed, published.confirmed, published.cancelled];
  await publish(anew.map((say) => say(orderId, one(sku))));
  await caughtUp();

  assert.deepEqual(await stockOf(sku), { available: 9, reserved: 0, sold: 1, restocked: 10 });
  assert.equal((await answersTo(orderId)).length, 1);
});
