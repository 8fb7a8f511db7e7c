import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, startSystem } from '@repo/stack';
import { call, eventually } from '@repo/testing';
import { ended, ledgerOf, listProduct, newCustomer, placeOrder, system, urls } from './whole-system.ts';

const { services } = system.running;
const names = ['order', 'inventory', 'payment', 'notification'] as const;
const [customer, sku] = await Promise.all([newCustomer(), listProduct()]);

/** Where a service runs, and that it does: `running.json` holds no pid of one that is down. */
const pidOf = (name: (typeof names)[number]) => system.running.services[name].pid;

test('services that are killed are started again where they were, and no order is lost or charged twice', async () => {
  const before = names.map(pidOf);
  const placed = await Promise.all([1, 2, 3].map(() => placeOrder(customer, { sku })));
  for (const pid of before) process.kill(Number(pid), 'SIGKILL');

  await eventually(() => names.every((name, index) => pidOf(name) && pidOf(name) !== before[index]), {
    timeoutMs: 60_000,
    what: 'four new processes',
  });
  for (const name of names) assert.equal((await call(`${urls[name]}/readyz`)).status, 200);
  for (const { body } of placed) {
    assert.equal((await ended(customer, body.id)).status, 'confirmed');
    assert.equal((await ledgerOf(body.id)).length, 1);
  }
  const { id } = (await placeOrder(customer, { sku })).body;
  assert.equal((await ended(customer, id)).status, 'confirmed');
});

test('an order waits for a service that is stopped, and goes on when it is there again', async () => {
  await system.control('stop', 'payment');
  assert.equal(pidOf('payment'), null);
  const { id } = (await placeOrder(customer, { sku })).body;
  const current = async () => (await call(`${urls.order}/v1/orders/${id}`, 'GET', customer)).body;
  await eventually(async () => (await current()).status === 'reserved');
  await system.control('start', 'payment');
  assert.equal((await ended(customer, id)).status, 'confirmed');
  assert.equal((await ledgerOf(id)).length, 1);
});

test('a second start on the same folder is refused, and leaves the first alone', async () => {
  const second = startSystem({ dir: system.dir, print: () => {} });
  await assert.rejects(second, (error) => error instanceof Failure && /already running/.test(error.message));
  assert.equal((await call(`${services.order.url}/readyz`)).status, 200);
});
