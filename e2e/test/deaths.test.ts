import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, startSystem } from '@repo/stack';
import { type ServiceName, serviceNames } from '@repo/stack/topology';
import { call, eventually } from '@repo/testing';
import { ended, ledgerOf, listProduct, newCustomer, placeOrder, system, urls } from './whole-system.ts';

const { services } = system.running;
const [customer, sku] = await Promise.all([newCustomer(), listProduct()]);

/** The pid of a service: `running.json` has none while its process is down. */
const pidOf = (name: ServiceName) => system.running.services[name].pid;

test('killed services are restarted at their addresses, and no order is lost or charged twice', async () => {
  const before = serviceNames.map(pidOf);
  const placed = await Promise.all([1, 2, 3].map(() => placeOrder(customer, { sku })));
  for (const pid of before) process.kill(Number(pid), 'SIGKILL');

  await eventually(() => serviceNames.every((name, index) => pidOf(name) && pidOf(name) !== before[index]), {
    timeoutMs: 60_000,
    what: 'a new process for each service',
  });
  for (const name of serviceNames)
    await eventually(async () => (await call(`${urls[name]}/readyz`)).status === 200, {
      what: `${name} to be ready`,
    });
  for (const { body } of placed) {
    // A payment that was claimed when payment was killed is due again half a minute later.
    assert.equal((await ended(customer, body.id, { timeoutMs: 60_000 })).status, 'confirmed');
    assert.equal((await ledgerOf(body.id)).length, 1);
  }
  const { id } = (await placeOrder(customer, { sku })).body;
  assert.equal((await ended(customer, id)).status, 'confirmed');
});

test('an order waits for a service that is stopped, and goes on when the service is started', async () => {
  await system.control('stop', 'payment');
  assert.equal(pidOf('payment'), null);
  const { id } = (await placeOrder(customer, { sku })).body;
  const current = async () => (await call(`${urls.order}/v1/orders/${id}`, 'GET', customer)).body;
  await eventually(async () => (await current()).status === 'reserved');
  await system.control('start', 'payment');
  assert.equal((await ended(customer, id)).status, 'confirmed');
  assert.equal((await ledgerOf(id)).length, 1);
});

test('a second start on the same folder is refused, and does not disturb the first', async () => {
  const second = startSystem({ dir: system.dir, print: () => {} });
  await assert.rejects(second, (error) => error instanceof Failure && /already running/.test(error.message));
  assert.equal((await call(`${services.order.url}/readyz`)).status, 200);
});
