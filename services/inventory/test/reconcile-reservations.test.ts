import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { ComparedOrder } from '@repo/contracts/compared-order';
import type { RecordPage } from '@repo/operations';
import type { ReservationDifference } from '../src/stock/compare-reservation.ts';
import { healReservation } from '../src/stock/heal-reservation.ts';
import { reconcileReservations } from '../src/stock/reconcile-reservations.ts';
import { caughtUp, database, listWith, orderRecord, publish, query, stockOf } from './inventory-service.ts';

const BY = { actor: 'a test', reason: 'a lost event' };
const LATER = new Date(Date.now() + 600_000);

/** The differences for one order. */
async function differencesFrom(id: string, status: ComparedOrder['status'], settledBefore = LATER) {
  const about = { customerId: randomUUID(), status, totalCents: 1, currency: 'EUR' };
  const order = { id, ...about, isSettled: true, isRefunded: false, isParked: false };
  const found = await Array.fromAsync(reconcileReservations(database)(pageOf(order), settledBefore));
  return found.filter((one) => one !== 'not settled' && one.orderId === id) as ReservationDifference[];
}

async function* pageOf(order: ComparedOrder): AsyncGenerator<RecordPage<ComparedOrder>> {
  const [after, upTo] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  yield { records: [order], after, upTo };
}

for (const [status, sentence, action, expected] of [
  ['cancelled', 'is cancelled, and its reservation is reserved', 'released', { available: 7, sold: 0 }],
  ['confirmed', 'is confirmed, and its reservation is reserved', 'sold', { available: 5, sold: 2 }],
] as const) {
  test(`a reservation that missed the event of its ${status} order is ${action}, once`, async () => {
    const lines = [{ sku: await listWith(7), quantity: 2 }];
    const orderId = randomUUID();
    await publish([orderRecord.placed(orderId, lines)]);
    await caughtUp();

    assert.deepEqual(await differencesFrom(orderId, status, new Date(0)), []);
    const [difference] = await differencesFrom(orderId, status);
    assert.equal(difference?.sentence, `Order ${orderId} ${sentence}.`);
    const heal = () =>
      database.transaction((tx) => healReservation(tx, difference as ReservationDifference, BY));
    const healed = await Promise.all([heal(), heal()]);
    // The lost event arrives after all.
    await publish([orderRecord[status](orderId, lines)]);
    await caughtUp();

    assert.deepEqual(healed.toSorted(), [false, true]);
    assert.deepEqual(await differencesFrom(orderId, status), []);
    assert.partialDeepStrictEqual(await stockOf(lines[0]?.sku as string), { ...expected, reserved: 0 });
    const actions = await query('select action, actor, reason from reconcile_actions where order_id = $1', [
      orderId,
    ]);
    assert.deepEqual(actions, [{ action, ...BY }]);
  });
}

test('an order whose cancellation was lost, and that has no reservation, gets none later', async () => {
  const lines = [{ sku: await listWith(7), quantity: 2 }];
  const orderId = randomUUID();
  const [difference] = await differencesFrom(orderId, 'cancelled');
  await database.transaction((tx) => healReservation(tx, difference as ReservationDifference, BY));
  await publish([orderRecord.placed(orderId, lines)]);
  await caughtUp();

  assert.partialDeepStrictEqual(await stockOf(lines[0]?.sku as string), { available: 7, reserved: 0 });
});

test('the app role may add to the audit rows, and change none', async () => {
  for (const statement of ["update reconcile_actions set reason = ''", 'delete from reconcile_actions'])
    await assert.rejects(query(statement), /permission denied/);
});
