import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transaction } from '@repo/postgres';
import { eventually } from '@repo/testing';
import { expireOrders } from '../src/expire-orders.ts';
import {
  caughtUp,
  close,
  customer,
  database,
  eventsOf,
  get,
  historyOf,
  isIn,
  ORDER,
  orderAfter,
  post,
  publish,
  query,
  startReplica,
  trigger,
  waitForBlocked,
  whileHeld,
} from './order-service.ts';

/** Moves the deadline of orders into the past. */
async function timeIsUp(...orderIds: string[]): Promise<void> {
  await query(`update orders set due_at = now() - interval '1 second' where id = any($1)`, [orderIds]);
}

async function statusOf(orderId: string): Promise<unknown> {
  return (await query('select status from orders where id = $1', [orderId]))[0]?.status;
}

test('an order that is not confirmed in time is cancelled, with its reason', async () => {
  const placed = await orderAfter();
  const reserved = await orderAfter(['stock.reserved', 'reserved']);
  await timeIsUp(placed, reserved);

  for (const [orderId, version] of [
    [placed, 2],
    [reserved, 3],
  ] as const) {
    await isIn(orderId, 'cancelled');
    const { body } = await get(`/v1/orders/${orderId}`);
    assert.deepEqual([body.reason, body.version], ['deadline', version]);
    assert.ok(body.endedAt);
    const event = (await eventsOf(orderId, version)).at(-1);
    assert.equal(event?.type, 'order.cancelled');
    assert.deepEqual(event?.data, {
      orderId,
      version,
      customerId: customer.id,
      reason: 'deadline',
      lines: ORDER.lines,
    });
  }
});

test('the expiry of an order is in the trace of its request', async () => {
  const placed = await post();
  await timeIsUp(placed.body.id);

  const [, event] = await eventsOf(placed.body.id, 2);

  assert.equal(event?.headers.traceparent?.split('-')[1], placed.headers.get('traceparent')?.split('-')[1]);
});

test('an order that has ended in time stays as it is', async () => {
  const confirmed = await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const rejected = await orderAfter(['stock.rejected', 'cancelled']);
  const late = await orderAfter();
  await timeIsUp(confirmed, rejected, late);
  await isIn(late, 'cancelled');

  assert.equal((await get(`/v1/orders/${confirmed}`)).body.status, 'confirmed');
  assert.equal((await get(`/v1/orders/${rejected}`)).body.reason, 'out-of-stock');
});

test('an order that is locked by another transaction holds up no other overdue order', async () => {
  const other = await orderAfter();
  const held = await eventually(async () => {
    const overdue = await orderAfter();
    await timeIsUp(overdue);
    return whileHeld(overdue, async () => {
      // The service may have been faster.
      if ((await statusOf(overdue)) !== 'placed') return undefined;
      await timeIsUp(other);
      await isIn(other, 'cancelled');
      assert.equal(await statusOf(overdue), 'placed');
      return overdue;
    });
  });
  await isIn(held, 'cancelled');
});

test('of a payment and a deadline at once, the first to lock the order decides', async () => {
  const [paidFirst, lateFirst] = [
    await orderAfter(['stock.reserved', 'reserved']),
    await orderAfter(['stock.reserved', 'reserved']),
  ];
  const expire = (tx: Transaction, id: string) =>
    expireOrders(tx, [{ row: { id, attempts: 1 }, answer: undefined }]);
  const expiring = await whileHeld(paidFirst, async () => {
    await publish([trigger['payment.captured'](paidFirst)]);
    await waitForBlocked(1);
    const late = database.transaction((tx) => expire(tx, paidFirst));
    await waitForBlocked(2);
    return { late };
  });
  assert.deepEqual(await expiring.late, [], 'no event for a deadline that was met');
  assert.deepEqual(await historyOf(paidFirst), ['1 placed', '2 reserved', '3 confirmed']);

  await database.transaction(async (tx) => {
    assert.equal((await expire(tx, lateFirst)).length, 1);
    await publish([trigger['payment.captured'](lateFirst)]);
    await waitForBlocked(1);
  });
  await caughtUp();
  assert.deepEqual(await historyOf(lateFirst), ['1 placed', '2 reserved', '3 cancelled']);
});

test('an expiry that fails is retried, less and less often, and counted', async () => {
  const orderId = await orderAfter();
  // A row in the place of the next step of its history.
  await query(`insert into order_history (order_id, version, status, at) values ($1, 2, 'reserved', now())`, [
    orderId,
  ]);
  await timeIsUp(orderId);
  const attempts = async () =>
    Number((await query('select attempts from orders where id = $1', [orderId]))[0]?.attempts);
  await eventually(async () => (await attempts()) >= 3, { what: 'three tries' });

  assert.equal((await get(`/v1/orders/${orderId}`)).body.status, 'placed');
});

test('a payment that is captured after the deadline is refunded, and that is published', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  await timeIsUp(orderId);
  await isIn(orderId, 'cancelled');
  await publish([trigger['payment.captured'](orderId), trigger['payment.refunded'](orderId)]);
  await caughtUp();

  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved', '3 cancelled']);
  assert.deepEqual(
    (await eventsOf(orderId, 4)).map(({ type }) => type),
    ['order.placed', 'order.reserved', 'order.cancelled', 'order.refunded'],
  );
});

test('fifty overdue orders end once each, with two processes', async () => {
  const replica = await startReplica();
  const orderIds = (await Promise.all(Array.from({ length: 50 }, () => post()))).map(({ body }) => body.id);
  await timeIsUp(...orderIds);

  await eventually(async () => {
    const rows = await query(`select id from orders where id = any($1) and status = 'cancelled'`, [orderIds]);
    return rows.length === orderIds.length;
  });
  for (const orderId of orderIds) {
    assert.deepEqual(await historyOf(orderId), ['1 placed', '2 cancelled']);
    assert.equal((await eventsOf(orderId, 2)).length, 2);
  }
  await replica.close();
});

test('the configuration sets the deadline of orders', async () => {
  const replica = await startReplica({ ORDER_DEADLINE_SECONDS: '1' });
  const { body } = await post({}, replica.url);

  assert.equal(Date.parse(body.deadlineAt) - Date.parse(body.placedAt), 1_000);
  await isIn(body.id, 'cancelled');
  await replica.close();
});

test('a malformed event holds up no deadline', async () => {
  const [poisoned, late] = [await orderAfter(), await orderAfter()];
  await publish([{ ...trigger['stock.reserved'](poisoned), value: '{"orderId":' }]);
  await timeIsUp(late);

  await isIn(late, 'cancelled');
});

// Last, since it stops the service that the other tests use.
test('after an outage the events on the topics count first: an order that had been paid for is confirmed', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  await close();
  await publish([trigger['payment.captured'](orderId)]);
  await timeIsUp(orderId);

  await startReplica();

  await eventually(async () => (await statusOf(orderId)) !== 'reserved', { what: 'the order to end' });
  assert.equal(await statusOf(orderId), 'confirmed');
});
