import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, countRows, eventually } from '@repo/testing';
import {
  administrator,
  database,
  get,
  identity,
  listWith,
  newSku,
  post,
  productOf,
  query,
  statusOf,
  stockOf,
} from './inventory-service.ts';

const restock = (sku: string, options: object = {}) =>
  post(`/v1/products/${sku}/restock`, { body: { quantity: 3 }, ...options });

test('restocked units are available, and the response has the new stock', async () => {
  const sku = await listWith(7);
  const response = await restock(sku);

  assert.equal(response.status, 200);
  assert.deepEqual(response.body, { sku, available: 10, reserved: 0, sold: 0, restocked: 10 });
  assert.deepEqual((await get(`/v1/products/${sku}/stock`, { token: administrator })).body, response.body);
});

test('a restock succeeds only for the version of If-Match, if there is one', async () => {
  const sku = await listWith(7);
  const key = randomUUID();
  const ask = (headers: Record<string, string>, options = {}) => restock(sku, { headers, ...options });

  for (const headers of [
    { 'if-match': '"2"' },
    { 'if-match': 'W/"1"' },
    { 'if-none-match': '*' },
    { 'if-none-match': '"1"' },
  ]) {
    const refusal = await ask(headers, { key });
    assert.equal(statusOf(refusal), '412 precondition-failed', JSON.stringify(headers));
    assert.equal(refusal.headers.get('etag'), '"1"');
  }
  assert.equal((await stockOf(sku)).available, 7);

  assert.equal((await ask({ 'if-match': '"1"' }, { key })).body.available, 10);
  assert.equal((await ask({ 'if-none-match': '"2"' })).body.available, 13);
  assert.equal(statusOf(await restock(newSku(), { headers: { 'if-match': '"1"' } })), '404 not-found');
});

test('a product is listed only where its preconditions are true', async () => {
  for (const headers of [{ 'if-match': '"1"' }, { 'if-none-match': '*' }]) {
    const sku = newSku();
    assert.equal(
      statusOf(await post('/v1/products', { body: productOf(sku), headers })),
      '412 precondition-failed',
    );
    assert.equal(statusOf(await get(`/v1/products/${sku}`)), '404 not-found');
  }
});

test('thirty restocks at once all succeed', async () => {
  const sku = await listWith(0);
  const responses = await Promise.all(Array.from({ length: 30 }, () => restock(sku)));

  assert.ok(responses.every(({ status }) => status === 200));
  assert.deepEqual(await stockOf(sku), { available: 90, reserved: 0, sold: 0, restocked: 90 });
});

test('a restock that waits for its product succeeds, and does not count as a duplicate', async () => {
  const sku = await listWith(7);
  let coming: ReturnType<typeof restock> | undefined;
  await database.transaction(async (tx) => {
    await tx.query({ text: 'select from stock where sku = $1 for update', values: [sku] });
    coming = restock(sku);
    await eventually(async () => {
      const waiting = await query(`
        select pid from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()
          and query_start < clock_timestamp() - interval '400 ms'`);
      return waiting.length > 0;
    });
  });

  assert.equal((await coming)?.status, 200);
  assert.equal((await stockOf(sku)).available, 10);
});

test('a restock has from 1 to 1 000 000 000 units', async () => {
  const sku = await listWith(1_000_000_000);
  for (const quantity of [0, -1, 1.5, 1_000_000_001, '3', null]) {
    const response = await restock(sku, { body: { quantity } });
    assert.equal(statusOf(response), '400 invalid-request', String(quantity));
    assert.equal(response.body.errors[0].path, '/quantity');
  }
  assert.equal(statusOf(await restock(sku, { body: { quantity: 3, sku } })), '400 invalid-request');

  assert.equal((await restock(sku, { body: { quantity: 1_000_000_000 } })).body.available, 2_000_000_000);
});

test('an unknown product cannot be restocked, and the key can be used for a known one', async () => {
  const key = randomUUID();
  const before = await countRows(database);
  for (const sku of [newSku(), 'lower', '%00'])
    assert.equal(statusOf(await restock(sku, { key })), '404 not-found', sku);

  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  assert.equal((await restock(await listWith(0), { key })).status, 200);
});

const TOO_LARGE = JSON.stringify({ quantity: 'x'.repeat(65 * 1024) });
const WRONG_KEY = { key: 'a b' };

// Each request also has every fault of the checks that follow, so the response shows which check comes first.
const CHECKS: [string, string, () => Promise<Answer>][] = [
  [
    'the token',
    '401 unauthenticated',
    () => restock(newSku(), { ...WRONG_KEY, token: 'wrong', body: TOO_LARGE }),
  ],
  [
    'the scope',
    '403 forbidden',
    async () =>
      restock(newSku(), {
        ...WRONG_KEY,
        token: await identity.token({ scope: 'operations' }),
        body: TOO_LARGE,
      }),
  ],
  ['the size', '413 payload-too-large', () => restock(newSku(), { ...WRONG_KEY, body: TOO_LARGE })],
  [
    'the media type',
    '415 unsupported-media-type',
    () => restock(newSku(), { ...WRONG_KEY, body: '{', headers: { 'content-type': 'text/plain' } }),
  ],
  ['the JSON', '400 invalid-request', () => restock(newSku(), { ...WRONG_KEY, body: '{' })],
  ['the form of the key', '400 idempotency-key-invalid', () => restock(newSku(), { ...WRONG_KEY, body: {} })],
  ['the values', '400 invalid-request', () => restock(newSku(), { body: {} })],
  ['the product', '404 not-found', () => restock(newSku())],
];

for (const [check, expected, send] of CHECKS) {
  test(`the checks of a restock, in their order: ${check}, ${expected}`, async () => {
    assert.equal(statusOf(await send()), expected);
  });
}

test('only a token with the scope reads the stock', async () => {
  const sku = await listWith(1);
  const path = `/v1/products/${sku}/stock`;
  const responses = {
    anonymous: await get(path),
    customer: await get(path, { token: await identity.token() }),
    supplier: await get(path, { token: await identity.token({ scope: 'stock:write' }) }),
    operator: await get(path, { token: await identity.token({ scope: 'operations' }) }),
  };

  assert.equal(statusOf(responses.anonymous), '401 unauthenticated');
  for (const response of [responses.customer, responses.supplier]) {
    assert.equal(statusOf(response), '403 forbidden');
    assert.match(response.body.detail, /operations/);
  }
  assert.deepEqual(responses.operator.body, { sku, available: 1, reserved: 0, sold: 0, restocked: 1 });
});

test('the stock of an unknown product is not found', async () => {
  for (const sku of [newSku(), 'lower', '%00'])
    assert.equal(
      statusOf(await get(`/v1/products/${sku}/stock`, { token: administrator })),
      '404 not-found',
      sku,
    );
});

test('a restock needs the scope, which the response names', async () => {
  const sku = await listWith(1);
  const response = await restock(sku, { token: await identity.token({ scope: 'operations' }) });

  assert.equal(statusOf(response), '403 forbidden');
  assert.match(response.body.detail, /stock:write/);
  assert.equal((await stockOf(sku)).available, 1);
});
