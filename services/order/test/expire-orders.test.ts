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
  get,
  historyOf,
  isIn,
  ORDER,
  orderThatHeard,
  post,
  publish,
  query,
  saidOf,
  startReplica,
  trigger,
  waitForBlocked,
  whileHeld,
} from './order-service.ts';

/** Lets the time of orders be up. */
async function timeIsUp(...orderIds: string[]): Promise<void> {
  await query(`update orders set due_at = now() - interval '1 second' where id = any($1)`, [orderIds]);
}

test('an order that is not confirmed in time is cancelled, and says why', async () => {
  const placed = await orderThatHeard();
  const reserved = await orderThatHeard(['stock.reserved', 'reserved']);
  await timeIsUp(placed, reserved);

  for (const [orderId, version] of [
    [placed, 2],
    [reserved, 3],
  ] as const) {
    await isIn(orderId, 'cancelled');
    const { body } = await get(`/v1/orders/${orderId}`);
    assert.deepEqual([body.reason, body.version], ['deadline', version]);
    assert.ok(body.endedAt);
    const event = (await saidOf(orderId, version)).at(-1);
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

test('that an order was not in time stands in the trace of its request', async () => {
  const placed = await post();
  await timeIsUp(placed.body.id);

  const [, event] = await saidOf(placed.body.id, 2);

  assert.equal(event?.headers.traceparent?.split('-')[1], placed.headers.get('traceparent')?.split('-')[1]);
});

test('an order that has ended in time stays as it is', async () => {
  const confirmed = await orderThatHeard(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const rejected = await orderThatHeard(['stock.rejected', 'cancelled']);
  const late = await orderThatHeard();
  await timeIsUp(confirmed, rejected, late);
  await isIn(late, 'cancelled');

  assert.equal((await get(`/v1/orders/${confirmed}`)).body.status, 'confirmed');
  assert.equal((await get(`/v1/orders/${rejected}`)).body.reason, 'out-of-stock');
});

test('an order that somebody is just changing holds up no other that is late', async () => {
  const [held, other] = [await orderThatHeard(), await orderThatHeard()];
  await timeIsUp(held);
  await whileHeld(held, async () => {
    await timeIsUp(other);
    await isIn(other, 'cancelled');
    assert.equal((await get(`/v1/orders/${held}`)).body.status, 'placed');
  });
  await isIn(held, 'cancelled');
});

test('of a payment and a deadline that come at once, the first to hold the order decides', async () => {
  const [paidFirst, lateFirst] = [
    await orderThatHeard(['stock.reserved', 'reserved']),
    await orderThatHeard(['stock.reserved', 'reserved']),
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
  assert.deepEqual(await expiring.late, [], 'nothing is said of a deadline that was met');
  assert.deepEqual(await historyOf(paidFirst), ['1 placed', '2 reserved', '3 confirmed']);

  await database.transaction(async (tx) => {
    assert.equal((await expire(tx, lateFirst)).length, 1);
    await publish([trigger['payment.captured'](lateFirst)]);
    await waitForBlocked(1);
  });
  await caughtUp();
  assert.deepEqual(await historyOf(lateFirst), ['1 placed', '2 reserved', '3 cancelled']);
});

test('a deadline that cannot be acted on is tried again, less and less often, and counted', async () => {
  const orderId = await orderThatHeard();
  // Something that stands where the next step of its history belongs.
  await query(`insert into order_history (order_id, version, status, at) values ($1, 2, 'reserved', now())`, [
    orderId,
  ]);
  await timeIsUp(orderId);
  const attempts = async () =>
    Number((await query('select attempts from orders where id = $1', [orderId]))[0]?.attempts);
  await eventually(async () => (await attempts()) >= 3, { what: 'three tries' });

  assert.equal((await get(`/v1/orders/${orderId}`)).body.status, 'placed');
});

test('money that is captured after the deadline comes back, and the customer is told', async () => {
  const orderId = await orderThatHeard(['stock.reserved', 'reserved']);
  await timeIsUp(orderId);
  await isIn(orderId, 'cancelled');
  await publish([trigger['payment.captured'](orderId), trigger['payment.refunded'](orderId)]);
  await caughtUp();

  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved', '3 cancelled']);
  assert.deepEqual(
    (await saidOf(orderId, 4)).map(({ type }) => type),
    ['order.placed', 'order.reserved', 'order.cancelled', 'order.refunded'],
  );
});

test('fifty orders that are late end once each, though two processes look after them', async () => {
  const replica = await startReplica();
  const orderIds = (await Promise.all(Array.from({ length: 50 }, () => post()))).map(({ body }) => body.id);
  await timeIsUp(...orderIds);

  await eventually(async () => {
    const rows = await query(`select id from orders where id = any($1) and status = 'cancelled'`, [orderIds]);
    return rows.length === orderIds.length;
  });
  for (const orderId of orderIds) {
    assert.deepEqual(await historyOf(orderId), ['1 placed', '2 cancelled']);
    assert.equal((await saidOf(orderId, 2)).length, 2);
  }
  await replica.close();
});

test('how long an order has is for the configuration to say', async () => {
  const replica = await startReplica({ ORDER_DEADLINE_SECONDS: '1' });
  const { body } = await post({}, replica.url);

  assert.equal(Date.parse(body.deadlineAt) - Date.parse(body.placedAt), 1_000);
  await isIn(body.id, 'cancelled');
  await replica.close();
});

test('an event that nobody can read holds up no deadline', async () => {
  const [poisoned, late] = [await orderThatHeard(), await orderThatHeard()];
  await publish([{ ...trigger['stock.reserved'](poisoned), value: '{"orderId":' }]);
  await timeIsUp(late);

  await isIn(late, 'cancelled');
});

// Last, since it ends the service that the others use.
test('after an outage, what was on the topics before counts: an order that had been paid for is confirmed', async () => {
  const orderId = await orderThatHeard(['stock.reserved', 'reserved']);
  await close();
  await publish([trigger['payment.captured'](orderId)]);
  await timeIsUp(orderId);

  await startReplica();

  const statusOf = async () => (await query('select status from orders where id = $1', [orderId]))[0]?.status;
  await eventually(async () => (await statusOf()) !== 'reserved', { what: 'the order to end' });
  assert.equal(await statusOf(), 'confirmed');
});
