import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listComparedOrders } from '../src/reconciliation-store.ts';
import { cancel, customer, database, orderAfter, query } from './order-service.ts';

async function listed(orderId: string, { settleSeconds = 0 } = {}) {
  const orders = await Array.fromAsync(listComparedOrders(database, { settleSeconds }));
  const { id: _id, ...rest } = orders.find(({ id }) => id === orderId) ?? { id: '' };
  return rest;
}

const ORDER = { customerId: customer.id, totalCents: 11_948, currency: 'EUR' };
const FLAGS = { isSettled: true, isRefunded: false, isParked: false };

test('an order is listed for the services that compare it with their rows', async () => {
  const confirmed = await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const cancelled = await orderAfter();
  await cancel(cancelled);

  assert.deepEqual(await listed(confirmed), { ...ORDER, ...FLAGS, status: 'confirmed' });
  assert.deepEqual(await listed(cancelled), { ...ORDER, ...FLAGS, status: 'cancelled' });
});

test('an order that is open, or has just ended, is not settled', async () => {
  const open = await orderAfter();
  const cancelled = await orderAfter();
  await cancel(cancelled);

  assert.deepEqual(await listed(open), { ...ORDER, ...FLAGS, status: 'placed', isSettled: false });
  const early = await listed(cancelled, { settleSeconds: 600 });
  assert.deepEqual(early, { ...ORDER, ...FLAGS, status: 'cancelled', isSettled: false });
});

test('orders of more than one page are listed once each, in the order of their ids', async () => {
  await query(
    `insert into orders (id, customer_id, status, version, total_cents, currency, placed_at, deadline_at, ended_at)
    select gen_random_uuid(), $1, 'cancelled', 2, 1, 'EUR', now(), now(), now()
    from generate_series(1, 1001)`,
    [customer.id],
  );

  const ids = (await Array.fromAsync(listComparedOrders(database, { settleSeconds: 0 }))).map(({ id }) => id);
  const [all] = await query<{ count: number }>('select count(*) as count from orders');
  assert.equal(ids.length, all?.count);
  assert.deepEqual(ids, [...new Set(ids)].sort());
});
