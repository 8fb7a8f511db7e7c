import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { serviceNames } from '@repo/stack/topology';
import { call, eventually } from '@repo/testing';
import { version } from 'uuid';
import { openDatabases } from '../audit/databases.ts';
import {
  asStaff,
  cancelDuringCapture,
  cancelOrder,
  ended,
  ledgerOf,
  listProduct,
  newCustomer,
  ownUrls,
  placeOrder,
  stockOf,
  system,
  urls,
} from './whole-system.ts';

test('an order is eventually confirmed: its stock is sold and its payment captured', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 5, priceCents: 1_250 })]);
  const { id } = (await placeOrder(customer, { sku, quantity: 2 })).body;
  const order = await ended(customer, id);
  assert.equal(order.status, 'confirmed');
  assert.equal(order.reason, null);
  assert.equal(order.version, 3);
  assert.equal(version(id), 7);
  const history: { status: string }[] = order.history;
  assert.deepEqual(
    history.map(({ status }) => status),
    ['placed', 'reserved', 'confirmed'],
  );

  const [booked] = await ledgerOf(id);
  assert.deepEqual([booked.kind, booked.amountCents, booked.currency], ['capture', 2_500, 'EUR']);
  const { items: payments } = (await call(`${urls.payment}/v1/payments?orderId=${id}`, 'GET', customer)).body;
  assert.deepEqual(
    payments.map((one: { status: string; amountCents: number }) => [one.status, one.amountCents]),
    [['captured', 2_500]],
  );
  await eventually(async () => (await stockOf(sku)).sold === 2);
  assert.deepEqual(await stockOf(sku), { sku, available: 3, reserved: 0, sold: 2, restocked: 5 });
});

test('an order whose payment is declined is cancelled, and its stock is released', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 5 })]);
  const { id } = (await placeOrder(customer, { sku, quantity: 3, paymentToken: 'tok_declined' })).body;
  const { status, reason } = await ended(customer, id);
  assert.deepEqual({ status, reason }, { status: 'cancelled', reason: 'payment-declined' });
  await eventually(async () => (await stockOf(sku)).available === 5);
  assert.deepEqual(await stockOf(sku), { sku, available: 5, reserved: 0, sold: 0, restocked: 5 });
  assert.deepEqual(await ledgerOf(id), []);
});

test('an order without enough stock is cancelled, and no payment is requested', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 1 })]);
  const { id } = (await placeOrder(customer, { sku, quantity: 2 })).body;
  const { status, reason } = await ended(customer, id);
  assert.deepEqual({ status, reason }, { status: 'cancelled', reason: 'out-of-stock' });
  assert.equal((await stockOf(sku)).available, 1);
  assert.deepEqual(await ledgerOf(id), []);
  const { items } = (await call(`${urls.payment}/v1/payments?orderId=${id}`, 'GET', customer)).body;
  assert.deepEqual(items, []);
});

for (const [paymentToken, fault] of [
  ['tok_lost_reply', 'captures and drops the connection'],
  ['tok_flaky', 'fails twice'],
  ['tok_slow', 'takes two seconds'],
] as const) {
  test(`an order is charged exactly once although the payment provider ${fault}`, async () => {
    const [customer, sku] = await Promise.all([newCustomer(), listProduct()]);
    const { id } = (await placeOrder(customer, { sku, paymentToken })).body;
    assert.equal((await ended(customer, id)).status, 'confirmed');
    assert.equal((await ledgerOf(id)).length, 1);
  });
}

test('two customers order the last one: one order is confirmed, the other is out of stock', async () => {
  const sku = await listProduct({ stock: 1 });
  const customers = await Promise.all([newCustomer(), newCustomer()]);
  const orders = await Promise.all(
    customers.map(async (customer) => ended(customer, (await placeOrder(customer, { sku })).body.id)),
  );
  assert.deepEqual(orders.map(({ status, reason }) => reason ?? status).sort(), [
    'confirmed',
    'out-of-stock',
  ]);
});

test('fifty orders for a stock of ten: ten are confirmed, forty are out of stock, and nothing is oversold', async () => {
  const sku = await listProduct({ stock: 10 });
  const customer = await newCustomer();
  const placed = await Promise.all(Array.from({ length: 50 }, () => placeOrder(customer, { sku })));
  const orders = await Promise.all(placed.map(({ body }) => ended(customer, body.id)));

  const ends = Object.groupBy(orders, ({ reason, status }) => reason ?? status);
  assert.deepEqual([ends.confirmed?.length, ends['out-of-stock']?.length], [10, 40]);
  await eventually(async () => (await stockOf(sku)).sold === 10);
  assert.deepEqual(await stockOf(sku), { sku, available: 0, reserved: 0, sold: 10, restocked: 10 });
});

test('an order that is cancelled while its payment is captured is refunded', async () => {
  const customer = await newCustomer();
  const { id, sku, answer } = await cancelDuringCapture(customer, { stock: 5 });
  const { status, body } = answer;
  assert.deepEqual([status, body.status, body.reason, body.version], [200, 'cancelled', 'customer', 3]);

  const booked: { kind: string; amountCents: number }[] = await eventually(async () => {
    const bookings = await ledgerOf(id);
    return bookings.length === 2 && bookings;
  });
  assert.deepEqual(
    booked.map(({ kind, amountCents }) => [kind, amountCents]),
    [
      ['capture', 2_500],
      ['refund', 2_500],
    ],
  );
  const payment = await eventually(async () => {
    const { items } = (await call(`${urls.payment}/v1/payments?orderId=${id}`, 'GET', customer)).body;
    return items[0].status === 'refunded' && items[0];
  });
  assert.deepEqual([payment.amountCents, payment.refundedCents], [2_500, 2_500]);
  await eventually(async () => (await stockOf(sku)).available === 5);
  assert.deepEqual(await stockOf(sku), { sku, available: 5, reserved: 0, sold: 0, restocked: 5 });
  assert.equal((await cancelOrder(customer, id)).status, 409);
  assert.equal((await call(`${urls.order}/v1/orders/${id}`, 'DELETE', customer)).status, 204);
  assert.equal((await call(`${urls.order}/v1/orders/${id}`, 'GET', customer)).status, 404);
});

test('an open order keeps its price, and goes on when its product is delisted', async () => {
  // Enough for every order that is placed until the price has changed.
  const product = { stock: 100_000, priceCents: 1_000 };
  const [customer, sku] = await Promise.all([newCustomer(), listProduct(product)]);
  const { id } = (await placeOrder(customer, { sku, paymentToken: 'tok_slow' })).body;
  const raise = { body: { priceCents: 9_000 }, headers: { 'if-match': '"1"' } };
  assert.equal((await asStaff('PATCH', `/v1/products/${sku}`, raise)).status, 200);
  const priceNow = async () => (await placeOrder(customer, { sku })).body.totalCents;
  await eventually(async () => (await priceNow()) === 9_000, { what: 'the new price' });
  assert.equal((await asStaff('DELETE', `/v1/products/${sku}`)).status, 204);

  const { status, totalCents } = await ended(customer, id);
  assert.deepEqual([status, totalCents], ['confirmed', 1_000]);
  const order = { lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok' };
  const again = { token: customer.token, body: order };
  await eventually(async () => {
    const { body } = await call(`${urls.order}/v1/orders`, 'POST', { ...again, key: crypto.randomUUID() });
    return body.type?.endsWith('unknown-product');
  });
});

test('each service describes itself in an OpenAPI document', async () => {
  for (const service of serviceNames) {
    const { status, body } = await call(`${ownUrls[service]}/openapi.json`);
    assert.equal(status, 200);
    assert.match(body.openapi, /^3\.1/);
    assert.ok(
      Object.keys(body.paths).some((path) => path.startsWith('/v1/')),
      service,
    );
  }
});

/** Runs npm run reconcile on this system. */
function reconcile(...args: string[]) {
  const command = join(import.meta.dirname, '../../stack/src/commands/reconcile.ts');
  return spawnSync(process.execPath, [command, '--settle-seconds', '0', ...args], {
    env: { ...process.env, TENFOLD_DIR: system.dir },
    encoding: 'utf8',
  });
}

// Last, so that it compares the orders of all tests above.
test('npm run reconcile: orders, payments, ledger and stock agree, and a difference is named and healed', async () => {
  const [customer, sku] = await Promise.all([newCustomer(), listProduct({ stock: 1 })]);
  const { id } = (await placeOrder(customer, { sku, quantity: 2 })).body;
  await ended(customer, id);
  const databases = openDatabases(system.running);
  const open = () => databases.order.query(sql`select id from orders where ended_at is null`);
  await eventually(async () => (await open()).length === 0, {
    timeoutMs: 30_000,
    what: 'the end of all orders',
  });
  const agreeing = () => {
    const run = reconcile();
    return run.status === 0 && run;
  };
  const { stdout } = await eventually(agreeing, { timeoutMs: 30_000, what: 'the books to agree' });
  assert.match(stdout, /^Payments: no differences/m);
  assert.match(stdout, /^Reservations: no differences/m);
  assert.match(stdout, /^The books agree\.$/m);

  await databases.payment.query(sql`delete from payments where order_id = ${id}`);
  await databases.close();

  const named = reconcile();
  assert.equal(named.status, 1);
  assert.ok(named.stdout.includes(`Order ${id} is cancelled, and payment has no record of it`), named.stdout);
  assert.equal(reconcile('--apply').status, 0);
  assert.equal(reconcile().status, 0);
});
