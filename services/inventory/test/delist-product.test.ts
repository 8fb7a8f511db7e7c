import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { countRows, eventually } from '@repo/testing';
import {
  administrator,
  caughtUp,
  database,
  get,
  identity,
  isAnyoneWaiting,
  listWith,
  newSku,
  orderRecord,
  patch,
  post,
  productOf,
  publish,
  query,
  record,
  remove,
  statusOf,
} from './inventory-service.ts';

const published = await record('product.events');

const delist = (sku: string, options: object = {}) => remove(`/v1/products/${sku}`, options);
const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });

/** The events of a product, as soon as it is delisted. */
function delistingsOf(sku: string) {
  return eventually(() => {
    const events = published.filter(({ key }) => key === sku);
    return events.at(-1)?.type === 'product.delisted' && events;
  });
}

test('a delisted product is not found by any route', async () => {
  const sku = await listWith(7);
  await get(`/v1/products/${sku}`);

  const { status, text } = await delist(sku);

  assert.deepEqual([status, text], [204, '']);
  const responses = [
    await get(`/v1/products/${sku}`),
    await patch(`/v1/products/${sku}`, { body: { name: 'New' } }),
    await post(`/v1/products/${sku}/restock`, { body: { quantity: 1 } }),
    await get(`/v1/products/${sku}/stock`, { token: administrator }),
    await delist(sku),
    await delist(sku, ifMatch('"7"')),
  ];
  for (const response of responses) assert.equal(statusOf(response), '404 not-found');
});

test('a product stays listed when a precondition fails', async () => {
  const sku = await listWith(7);

  for (const headers of [
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"1"' },
    { 'if-match': 'W/"1"' },
    { 'if-match': '"1"', 'if-none-match': '"1"' },
  ])
    assert.equal(
      statusOf(await delist(sku, { headers })),
      '412 precondition-failed',
      JSON.stringify(headers),
    );
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);
  assert.equal(
    statusOf(await delist(sku, { headers: { 'if-match': '"1"', 'if-none-match': '"2"' } })),
    '204',
  );
});

test('a delisted product is no longer in the list, and its neighbours are', async () => {
  const prefix = newSku('ROW');
  const skus = ['A', 'B', 'C'].map((suffix) => `${prefix}-${suffix}`);
  for (const sku of skus) await post('/v1/products', { body: productOf(sku) });
  await delist(skus[1] as string);

  const { body } = await get(
    `/v1/products?after=${Buffer.from(`"${prefix}"`).toString('base64url')}&limit=2`,
  );

  assert.deepEqual(
    body.items.map(({ sku }: { sku: string }) => sku),
    [skus[0], skus[2]],
  );
});

test('a delisted product is published, once, in its last version', async () => {
  const sku = await listWith(7);
  await patch(`/v1/products/${sku}`, { body: { name: 'New' } });
  await delist(sku);

  const events = await delistingsOf(sku);

  assert.deepEqual(
    events.map(({ type, recordKey, data }) => [type, recordKey, data.version]),
    [
      ['product.listed', sku, 1],
      ['product.listed', sku, 2],
      ['product.delisted', sku, 3],
    ],
  );
  assert.deepEqual(events.at(-1)?.data, { sku, version: 3 });
});

test('a sku stays used when its product is delisted', async () => {
  const sku = await listWith(7);
  await delist(sku);

  const response = await post('/v1/products', { body: productOf(sku) });

  assert.equal(statusOf(response), '409 sku-taken');
  assert.equal(statusOf(await get(`/v1/products/${sku}`)), '404 not-found');
});

test('a delisting may name a version, and need not', async () => {
  const sku = await listWith(1);
  for (const tag of ['"2"', 'W/"1"', '']) {
    const response = await delist(sku, ifMatch(tag));
    assert.equal(statusOf(response), '412 precondition-failed', tag);
    assert.equal(response.headers.get('etag'), '"1"');
  }
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);

  assert.equal(statusOf(await delist(sku, ifMatch('"1"'))), '204');
  assert.equal(statusOf(await delist(await listWith(1), ifMatch('*'))), '204');
});

test('of many requests that delist one product at once, one succeeds, and it is published once', async () => {
  const sku = await listWith(1);
  const responses = await Promise.all(Array.from({ length: 12 }, () => delist(sku)));

  assert.deepEqual(responses.map(statusOf).sort(), ['204', ...Array(11).fill('404 not-found')]);
  await delistingsOf(sku);
  // An event of the other requests would come before this one in the outbox.
  const later = await listWith(1);
  await delist(later);
  await delistingsOf(later);
  assert.equal(published.filter(({ key, type }) => key === sku && type === 'product.delisted').length, 1);
});

test('a product that is being changed is delisted in the version after the change', async () => {
  const sku = await listWith(1);
  let coming: ReturnType<typeof delist> | undefined;
  await database.transaction(async (tx) => {
    await tx.query({ text: 'update products set version = 2 where sku = $1', values: [sku] });
    coming = delist(sku);
    await eventually(isAnyoneWaiting, { what: 'the deletion to meet the change' });
  });

  assert.equal((await coming)?.status, 204);
  assert.equal((await delistingsOf(sku)).at(-1)?.data.version, 3);
});

test('open orders go on: a delisted product is still reserved, sold and released', async () => {
  const sku = await listWith(10);
  const lines = [{ sku, quantity: 2 }];
  const [confirmed, cancelled, late] = [randomUUID(), randomUUID(), randomUUID()];
  await publish([orderRecord.placed(confirmed, lines), orderRecord.placed(cancelled, lines)]);
  await caughtUp();
  await delist(sku);

  await publish([
    orderRecord.confirmed(confirmed, lines),
    orderRecord.cancelled(cancelled, lines),
    orderRecord.placed(late, lines),
  ]);
  await caughtUp();

  const statuses = await query<{ order_id: string; status: string }>(
    'select order_id, status from reservations where order_id = any($1)',
    [[confirmed, cancelled, late]],
  );
  assert.deepEqual(Object.fromEntries(statuses.map(({ order_id, status }) => [order_id, status])), {
    [confirmed]: 'sold',
    [cancelled]: 'released',
    [late]: 'reserved',
  });
  assert.deepEqual(
    await query('select available, reserved, sold, restocked from stock where sku = $1', [sku]),
    [{ available: 6, reserved: 2, sold: 2, restocked: 10 }],
  );
});

test('a restock during a delisting succeeds, or finds no product', async () => {
  const skus = await Promise.all(Array.from({ length: 10 }, () => listWith(0)));
  const responses = await Promise.all(
    skus.flatMap((sku) => [post(`/v1/products/${sku}/restock`, { body: { quantity: 1 } }), delist(sku)]),
  );

  const restocked = responses.filter((_, index) => index % 2 === 0);
  for (const [index, response] of restocked.entries()) {
    const [stock] = await query('select restocked from stock where sku = $1', [skus[index]]);
    assert.deepEqual(stock, { restocked: response.status === 200 ? 1 : 0 });
    assert.match(statusOf(response), /^(200|404 not-found)$/);
  }
});

test('a delisting needs the scope, and the product must exist', async () => {
  const sku = await listWith(1);
  const operator = await identity.token({ scope: 'operations' });
  const before = await countRows(database);

  const refused = await delist(sku, { token: operator });
  assert.equal(statusOf(refused), '403 forbidden');
  assert.match(refused.body.detail, /stock:write/);
  assert.equal(statusOf(await delist(sku, { token: 'wrong' })), '401 unauthenticated');
  for (const unknown of [newSku(), 'lower', '%00', 'A'.repeat(65)])
    assert.equal(statusOf(await delist(unknown)), '404 not-found', unknown);
  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);
});
