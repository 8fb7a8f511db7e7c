import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, testLog } from '@repo/testing';
import { createReservationTimer } from '../src/timers.ts';
import {
  caughtUp,
  database,
  listWith,
  orderRecord,
  publish,
  query,
  startReplica,
  stockOf,
} from './inventory-service.ts';

const ALARM_SECONDS = 900;
const longAgo = () => new Date(Date.now() - (ALARM_SECONDS + 60) * 1_000);
const notLongAgo = () => new Date(Date.now() - (ALARM_SECONDS - 60) * 1_000);

/** Orders of one unit each, with this deadline, whose stock is reserved. */
async function reserved(sku: string, deadlineAt: Date, count = 1): Promise<string[]> {
  const orderIds = Array.from({ length: count }, () => randomUUID() as string);
  await publish(orderIds.map((orderId) => orderRecord.placed(orderId, [{ sku, quantity: 1 }], deadlineAt)));
  await caughtUp();
  return orderIds;
}

/** The timer of one replica, and the alarms that it has raised. */
function createTimer({ transaction = database.transaction, catchUp = async () => {} } = {}) {
  const alarms: { code: string; facts: Record<string, unknown> }[] = [];
  const timer = createReservationTimer({
    database: { ...database, transaction },
    catchUp,
    alarm: (code, _message, facts) => alarms.push({ code, facts }),
    alarmSeconds: ALARM_SECONDS,
    log: testLog,
  });
  return { ...timer, alarms };
}

/** The alarms that are raised by one turn of the clock. */
async function alarmsNow() {
  const { start, stop, alarms } = createTimer();
  start();
  await stop();
  return alarms;
}

test('a reservation that has long outlived its order’s deadline raises an alarm, once, and stays as it is', async () => {
  const sku = await listWith(5);
  const deadlineAt = longAgo();
  const [orderId] = await reserved(sku, deadlineAt);

  assert.deepEqual(await alarmsNow(), [{ code: 'reservation-overdue', facts: { orderId, deadlineAt } }]);

  assert.deepEqual(await stockOf(sku), { available: 4, reserved: 1, sold: 0, restocked: 5 });
  assert.deepEqual(await query('select status from reservations where order_id = $1', [orderId]), [
    { status: 'reserved' },
  ]);
  assert.deepEqual(await alarmsNow(), []);
});

test('a reservation whose order may still end by itself raises none', async () => {
  await reserved(await listWith(1), notLongAgo());

  assert.deepEqual(await alarmsNow(), []);
});

test('a reservation that is sold, released, rejected or a tombstone raises none, however old it is', async () => {
  const sku = await listWith(2);
  const [sold, released] = (await reserved(sku, longAgo(), 2)) as [string, string];
  await reserved(sku, longAgo());
  await publish([
    orderRecord.confirmed(sold, [{ sku, quantity: 1 }]),
    orderRecord.cancelled(released, [{ sku, quantity: 1 }]),
    orderRecord.cancelled(randomUUID(), [{ sku, quantity: 1 }]),
  ]);
  await caughtUp();

  assert.deepEqual(await alarmsNow(), []);
});

test('a reservation that is older than deadlines are kept raises none', async () => {
  const [orderId] = await reserved(await listWith(1), longAgo());
  await query('update reservations set deadline_at = null where order_id = $1', [orderId]);

  assert.deepEqual(await alarmsNow(), []);
});

test('replicas share many overdue reservations: each raises one alarm, at one of them', async () => {
  const orderIds = await reserved(await listWith(1_000), longAgo(), 250);

  const replicas = [createTimer(), createTimer(), createTimer()];
  for (const { start } of replicas) start();
  const alarms = () => replicas.flatMap((replica) => replica.alarms.map(({ facts }) => facts.orderId));
  await eventually(() => alarms().length >= orderIds.length, { what: 'an alarm for each' });
  await Promise.all(replicas.map(({ stop }) => stop()));

  assert.deepEqual(alarms().sort(), orderIds.toSorted());
});

test('an alarm whose transaction fails is raised again', async () => {
  const [orderId] = await reserved(await listWith(1), longAgo());
  const transaction: typeof database.transaction = (work) =>
    database.transaction(async (tx) => {
      const result = await work(tx);
      if (alarms.length === 1) throw new Error('the process dies here');
      return result;
    });
  const { start, stop, alarms } = createTimer({ transaction });
  start();
  await eventually(() => alarms.length === 2, { what: 'the alarm to be raised again' });
  await stop();

  assert.deepEqual(
    alarms.map(({ facts }) => facts.orderId),
    [orderId, orderId],
  );
  assert.deepEqual(await alarmsNow(), []);
});

test('events that were published before are consumed before an alarm is raised', async () => {
  const sku = await listWith(1);
  const [sold] = (await reserved(sku, longAgo())) as [string];
  const catchUp = async () => {
    await publish([orderRecord.confirmed(sold, [{ sku, quantity: 1 }])]);
    await caughtUp();
  };
  const { start, stop, alarms } = createTimer({ catchUp });
  start();
  await stop();

  assert.deepEqual(alarms, []);
});

test('a service that starts looks for overdue reservations at once', async () => {
  const [orderId] = await reserved(await listWith(1), longAgo());
  await startReplica({ RESERVATION_ALARM_SECONDS: String(ALARM_SECONDS) });

  await eventually(async () => {
    const [row] = await query('select alarmed_at from reservations where order_id = $1', [orderId]);
    return row?.alarmed_at instanceof Date;
  });
});
