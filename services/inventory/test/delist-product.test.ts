import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { countRows, eventually } from '@repo/testing';
import {
  caughtUp,
  database,
  get,
  identity,
  isAnyoneWaiting,
  listWith,
  newSku,
  patch,
  post,
  productOf,
  publish,
  published,
  query,
  record,
  remove,
  shopkeeper,
  told,
} from './inventory-service.ts';

const said = await record('product.events');

const delist = (sku: string, options: object = {}) => remove(`/v1/products/${sku}`, options);
const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });

/** What was said of a product, as soon as it was last said to be delisted. */
function delistingsOf(sku: string) {
  return eventually(() => {
    const events = said.filter(({ key }) => key === sku);
    return events.at(-1)?.type === 'product.delisted' && events;
  });
}

test('a product that is taken out of the catalogue is not there any more, for anybody and anything', async () => {
  const sku = await listWith(7);
  await get(`/v1/products/${sku}`);

  const { status, text } = await delist(sku);

  assert.deepEqual([status, text], [204, '']);
  const answers = [
    await get(`/v1/products/${sku}`),
    await patch(`/v1/products/${sku}`, { body: { name: 'New' } }),
    await post(`/v1/products/${sku}/restock`, { body: { quantity: 1 } }),
    await get(`/v1/products/${sku}/stock`, { token: shopkeeper }),
    await delist(sku),
    await delist(sku, ifMatch('"7"')),
  ];
  for (const answer of answers) assert.equal(told(answer), '404 not-found');
});

test('a product stays in the catalogue where it is not as the client says', async () => {
  const sku = await listWith(7);

  for (const headers of [
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"1"' },
    { 'if-match': 'W/"1"' },
    { 'if-match': '"1"', 'if-none-match': '"1"' },
  ])
    assert.equal(told(await delist(sku, { headers })), '412 precondition-failed', JSON.stringify(headers));
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);
  assert.equal(told(await delist(sku, { headers: { 'if-match': '"1"', 'if-none-match': '"2"' } })), '204');
});

test('a product that is taken out of the catalogue is listed no longer, and its neighbours are', async () => {
  const prefix = newSku('ROW');
  const skus = ['A', 'B', 'C'].map((letter) => `${prefix}-${letter}`);
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

test('a product that is taken out of the catalogue is said to be, once, in its last version', async () => {
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

test('a sku stays taken when its product is gone', async () => {
  const sku = await listWith(7);
  await delist(sku);

  const answer = await post('/v1/products', { body: productOf(sku) });

  assert.equal(told(answer), '409 sku-taken');
  assert.equal(told(await get(`/v1/products/${sku}`)), '404 not-found');
});

test('whoever says which version is to go is heeded, and whoever says none need not', async () => {
  const sku = await listWith(1);
  for (const tag of ['"2"', 'W/"1"', '']) {
    const answer = await delist(sku, ifMatch(tag));
    assert.equal(told(answer), '412 precondition-failed', tag);
    assert.equal(answer.headers.get('etag'), '"1"');
  }
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);

  assert.equal(told(await delist(sku, ifMatch('"1"'))), '204');
  assert.equal(told(await delist(await listWith(1), ifMatch('*'))), '204');
});

test('of many who take one product out at once, one does, and it is said once', async () => {
  const sku = await listWith(1);
  const answers = await Promise.all(Array.from({ length: 12 }, () => delist(sku)));

  assert.deepEqual(answers.map(told).sort(), ['204', ...Array(11).fill('404 not-found')]);
  // What the others might have said would stand before this in the outbox.
  const later = await listWith(1);
  await delist(later);
  await delistingsOf(later);
  assert.equal(said.filter(({ key, type }) => key === sku && type === 'product.delisted').length, 1);
});

test('a product that is being changed is taken out in the version that it then has', async () => {
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

test('orders on their way go on: what is gone from the catalogue is reserved, sold and released', async () => {
  const sku = await listWith(10);
  const lines = [{ sku, quantity: 2 }];
  const [confirmed, cancelled, late] = [randomUUID(), randomUUID(), randomUUID()];
  await publish([published.placed(confirmed, lines), published.placed(cancelled, lines)]);
  await caughtUp();
  await delist(sku);

  await publish([
    published.confirmed(confirmed, lines),
    published.cancelled(cancelled, lines),
    published.placed(late, lines),
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

test('a delivery that comes while its product is taken out comes in, or finds none', async () => {
  const skus = await Promise.all(Array.from({ length: 10 }, () => listWith(0)));
  const answers = await Promise.all(
    skus.flatMap((sku) => [post(`/v1/products/${sku}/restock`, { body: { quantity: 1 } }), delist(sku)]),
  );

  const restocked = answers.filter((_, index) => index % 2 === 0);
  for (const [index, answer] of restocked.entries()) {
    const [stock] = await query('select restocked from stock where sku = $1', [skus[index]]);
    assert.deepEqual(stock, { restocked: answer.status === 200 ? 1 : 0 });
    assert.match(told(answer), /^(200|404 not-found)$/);
  }
});

test('whoever takes a product out needs the scope for it, and it has to be there', async () => {
  const sku = await listWith(1);
  const operator = await identity.token({ scope: 'operations' });
  const before = await countRows(database);

  const refused = await delist(sku, { token: operator });
  assert.equal(told(refused), '403 forbidden');
  assert.match(refused.body.detail, /stock:write/);
  assert.equal(told(await delist(sku, { token: 'wrong' })), '401 unauthenticated');
  for (const unknown of [newSku(), 'lower', '%00', 'A'.repeat(65)])
    assert.equal(told(await delist(unknown)), '404 not-found', unknown);
  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  assert.equal((await get(`/v1/products/${sku}`)).status, 200);
});
