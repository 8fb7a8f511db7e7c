import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProductDelisted } from '@repo/contracts/inventory';
import { createTestDatabase, eventRecord, eventually } from '@repo/testing';
import { caughtUp, hasPrices, listed, ORDER, post, publish, query, startReplica } from './order-service.ts';

const delisted = (sku: string, version: number) => eventRecord(ProductDelisted, { sku, version });

/** The response to an order of one unit. */
async function order(sku: string, at?: string) {
  const { status, body } = await post({ body: { ...ORDER, lines: [{ sku, quantity: 1 }] } }, at);
  return status === 201 ? `${body.totalCents} cents` : body.type.split('/').at(-1);
}

test('an order has the newest price, in whatever order the versions arrived', async () => {
  const sku = 'CAMERA';
  await publish([listed(sku, { version: 3, priceCents: 300 }), listed(sku, { version: 2, priceCents: 200 })]);
  await hasPrices(sku);
  assert.equal(await order(sku), '300 cents');

  await publish([listed(sku, { version: 1, priceCents: 100 })]);
  await caughtUp();
  assert.equal(await order(sku), '300 cents');

  await publish([listed(sku, { version: 4, priceCents: 400 })]);
  await eventually(async () => (await order(sku)) === '400 cents');
});

test('a delisted product cannot be ordered any more', async () => {
  const sku = 'RADIO';
  await publish([listed(sku), delisted(sku, 2)]);
  await caughtUp();

  assert.equal(await order(sku), 'unknown-product');
});

test('a delisted sku is never listed again, neither as it was nor as another product', async () => {
  const sku = 'PHONE';
  await publish([listed(sku, { version: 1 }), delisted(sku, 2), listed(sku, { version: 1 })]);
  await publish([listed(sku, { version: 3, name: 'Another product' })]);
  await caughtUp();

  assert.equal(await order(sku), 'unknown-product');
});

test('a delisting may be consumed before its listing', async () => {
  const sku = 'TABLET';
  await publish([delisted(sku, 2), listed(sku, { version: 1 })]);
  await caughtUp();

  assert.equal(await order(sku), 'unknown-product');
});

test('an order that was placed keeps its price when the price list changes', async () => {
  const sku = 'TRIPOD';
  await publish([listed(sku, { priceCents: 100, name: 'Old' })]);
  await hasPrices(sku);
  const { body } = await post({ body: { ...ORDER, lines: [{ sku, quantity: 2 }] } });

  await publish([listed(sku, { version: 2, priceCents: 900, name: 'New' }), delisted(sku, 3)]);
  await caughtUp();

  const [row] = await query('select total_cents as "totalCents" from orders where id = $1', [body.id]);
  assert.deepEqual(row, { totalCents: 200 });
  assert.deepEqual([body.lines[0].name, body.totalCents], ['Old', 200]);
});

test('a new database consumes the whole price list from the beginning', async () => {
  const { url: DATABASE_URL, database } = await createTestDatabase({
    service: 'order',
    migrations: join(import.meta.dirname, '../migrations'),
  });
  const replica = await startReplica({ DATABASE_URL });
  await caughtUp(database);

  assert.equal(await order('CAMERA', replica.url), '400 cents');
  assert.equal(await order('MOUSE', replica.url), '1950 cents');
  assert.equal(await order('RADIO', replica.url), 'unknown-product');
  await replica.close();
});
