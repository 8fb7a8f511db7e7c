import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  caughtUp,
  eventsOf,
  get,
  historyOf,
  isIn,
  ORDER,
  orderAfter,
  post,
  publish,
  query,
  type Trigger,
  trigger,
} from './order-service.ts';

test('an order whose stock is reserved is reserved, and its payment may be captured', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);

  const { body, headers } = await get(`/v1/orders/${orderId}`);
  assert.deepEqual([body.version, body.endedAt, body.reason, headers.get('etag')], [2, null, null, '"2"']);
  const [, event] = await eventsOf(orderId, 2);
  const { deadlineAt, customerId, ...rest } = event?.data ?? {};
  assert.equal(event?.type, 'order.reserved');
  assert.deepEqual(rest, {
    orderId,
    version: 2,
    totalCents: 11_948,
    currency: 'EUR',
    paymentToken: 'tok_ok',
  });
  assert.equal(deadlineAt, body.deadlineAt);
  assert.ok(customerId);
});

test('an order that is paid is confirmed, and drops its payment token', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);

  const { body } = await get(`/v1/orders/${orderId}`);
  assert.equal(body.version, 3);
  assert.equal(body.reason, null);
  assert.ok(Date.parse(body.endedAt) >= Date.parse(body.placedAt));
  assert.deepEqual(
    body.history.map(({ status }: { status: string }) => status),
    ['placed', 'reserved', 'confirmed'],
  );
  assert.equal(body.history.at(-1).at, body.endedAt);
  const [, , event] = await eventsOf(orderId, 3);
  const { customerId: _, ...data } = event?.data ?? {};
  assert.equal(event?.type, 'order.confirmed');
  assert.deepEqual(data, { orderId, version: 3, totalCents: 11_948, currency: 'EUR', lines: ORDER.lines });
  assert.deepEqual(await query('select payment_token from orders where id = $1', [orderId]), [
    { payment_token: null },
  ]);
});

test('an order is not confirmed by a payment of another amount, or in another currency', async () => {
  for (const change of [{ amountCents: 1 }, { currency: 'USD' }]) {
    const orderId = await orderAfter(['stock.reserved', 'reserved']);
    const captured = trigger['payment.captured'](orderId);
    await publish([{ ...captured, value: JSON.stringify({ ...JSON.parse(captured.value), ...change }) }]);
    await caughtUp();

    await isIn(orderId, 'reserved');
    const deadLetters = await query<{ error: string }>(
      'select error from dead_letters where aggregate = $1',
      [orderId],
    );
    assert.match(deadLetters[0]?.error ?? '', /and the order costs 11948 EUR/);
  }
});

const ENDS: [string, string, [Trigger, string][]][] = [
  ['finds no stock', 'out-of-stock', [['stock.rejected', 'cancelled']]],
  [
    'is not paid for',
    'payment-declined',
    [
      ['stock.reserved', 'reserved'],
      ['payment.declined', 'cancelled'],
    ],
  ],
];

for (const [what, reason, triggers] of ENDS) {
  test(`an order that ${what} is cancelled, with its reason`, async () => {
    const orderId = await orderAfter(...triggers);

    const { body } = await get(`/v1/orders/${orderId}`);
    assert.equal(body.reason, reason);
    assert.ok(body.endedAt);
    const event = (await eventsOf(orderId, triggers.length + 1)).at(-1);
    const { customerId: _, ...data } = event?.data ?? {};
    assert.equal(event?.type, 'order.cancelled');
    assert.deepEqual(data, { orderId, version: triggers.length + 1, reason, lines: ORDER.lines });
    assert.deepEqual(await query('select payment_token from orders where id = $1', [orderId]), [
      { payment_token: null },
    ]);
  });
}

test('an event that is consumed twice, in one batch or in two, takes effect once', async () => {
  const { body } = await post();
  const reserved = trigger['stock.reserved'](body.id);
  await publish([reserved, reserved]);
  await isIn(body.id, 'reserved');
  await publish([reserved]);
  await publish([trigger['payment.captured'](body.id)]);
  await isIn(body.id, 'confirmed');
  await publish([reserved]);
  await caughtUp();

  assert.deepEqual(await historyOf(body.id), ['1 placed', '2 reserved', '3 confirmed']);
  const rows = await query('select id from inbox where id = $1', [reserved.headers.ce_id]);
  assert.equal(rows.length, 1);
  assert.deepEqual(
    (await eventsOf(body.id, 3)).map(({ type }) => type),
    ['order.placed', 'order.reserved', 'order.confirmed'],
  );
});

test('the same event, published again under another id, changes nothing either', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  await publish([trigger['stock.reserved'](orderId), trigger['stock.reserved'](orderId)]);
  await caughtUp();

  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved']);
});

test('an order that has ended never changes again, whatever it receives', async () => {
  const confirmed = await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const cancelled = await orderAfter(['stock.rejected', 'cancelled']);
  const all = Object.values(trigger).flatMap((happen) => [happen(confirmed), happen(cancelled)]);
  await publish(all);
  await caughtUp();

  assert.deepEqual(await historyOf(confirmed), ['1 placed', '2 reserved', '3 confirmed']);
  assert.deepEqual(await historyOf(cancelled), ['1 placed', '2 cancelled']);
});

test('an event about an unknown order holds up no other', async () => {
  await publish([trigger['stock.reserved'](randomUUID()), trigger['payment.captured'](randomUUID())]);
  await caughtUp();

  await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
});

test('fifty orders whose events are in one batch all advance', async () => {
  const orderIds = (await Promise.all(Array.from({ length: 50 }, () => post()))).map(({ body }) => body.id);
  await publish(orderIds.map((orderId) => trigger['stock.reserved'](orderId)));

  await eventually(async () => {
    const rows = await query(`select id from orders where id = any($1) and status = 'reserved'`, [orderIds]);
    return rows.length === orderIds.length;
  });
  for (const orderId of orderIds) assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved']);
});
