import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, countRows, eventually } from '@repo/testing';
import {
  database,
  get,
  identity,
  listWith,
  newSku,
  post,
  productOf,
  query,
  shopkeeper,
  stockOf,
  told,
} from './inventory-service.ts';

const restock = (sku: string, options: object = {}) =>
  post(`/v1/products/${sku}/restock`, { body: { quantity: 3 }, ...options });

test('what comes in can be sold, and is answered as the stock that there is then', async () => {
  const sku = await listWith(7);
  const answer = await restock(sku);

  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { sku, available: 10, reserved: 0, sold: 0, restocked: 10 });
  assert.deepEqual((await get(`/v1/products/${sku}/stock`, { token: shopkeeper })).body, answer.body);
});

test('a delivery comes in only for the product as the client knows it, where it says so', async () => {
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
    assert.equal(told(refusal), '412 precondition-failed', JSON.stringify(headers));
    assert.equal(refusal.headers.get('etag'), '"1"');
  }
  assert.equal((await stockOf(sku)).available, 7);

  assert.equal((await ask({ 'if-match': '"1"' }, { key })).body.available, 10);
  assert.equal((await ask({ 'if-none-match': '"2"' })).body.available, 13);
  assert.equal(told(await restock(newSku(), { headers: { 'if-match': '"1"' } })), '404 not-found');
});

test('a product is listed only where its preconditions are true', async () => {
  for (const headers of [{ 'if-match': '"1"' }, { 'if-none-match': '*' }]) {
    const sku = newSku();
    assert.equal(
      told(await post('/v1/products', { body: productOf(sku), headers })),
      '412 precondition-failed',
    );
    assert.equal(told(await get(`/v1/products/${sku}`)), '404 not-found');
  }
});

test('thirty deliveries at once all come in', async () => {
  const sku = await listWith(0);
  const answers = await Promise.all(Array.from({ length: 30 }, () => restock(sku)));

  assert.ok(answers.every(({ status }) => status === 200));
  assert.deepEqual(await stockOf(sku), { available: 90, reserved: 0, sold: 0, restocked: 90 });
});

test('a delivery that has to wait for its product comes in, and is not taken for a twin', async () => {
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

test('a delivery has from 1 to 1 000 000 000 units', async () => {
  const sku = await listWith(1_000_000_000);
  for (const quantity of [0, -1, 1.5, 1_000_000_001, '3', null]) {
    const answer = await restock(sku, { body: { quantity } });
    assert.equal(told(answer), '400 invalid-request', String(quantity));
    assert.equal(answer.body.errors[0].path, '/quantity');
  }
  assert.equal(told(await restock(sku, { body: { quantity: 3, sku } })), '400 invalid-request');

  assert.equal((await restock(sku, { body: { quantity: 1_000_000_000 } })).body.available, 2_000_000_000);
});

test('a product that is not there cannot be delivered, and the key can be used for one that is', async () => {
  const key = randomUUID();
  const before = await countRows(database);
  for (const sku of [newSku(), 'lower', '%00'])
    assert.equal(told(await restock(sku, { key })), '404 not-found', sku);

  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  assert.equal((await restock(await listWith(0), { key })).status, 200);
});

const TOO_LARGE = JSON.stringify({ quantity: 'x'.repeat(65 * 1024) });
const WRONG_KEY = { key: 'a b' };

// Each request has every fault that comes after its own, so that an answer shows which one is looked at first.
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
  test(`in the order of the checks of a delivery comes ${check}: ${expected}`, async () => {
    assert.equal(told(await send()), expected);
  });
}

test('the stock is told to those who run the shop, and to nobody else', async () => {
  const sku = await listWith(1);
  const path = `/v1/products/${sku}/stock`;
  const answers = {
    nobody: await get(path),
    customer: await get(path, { token: await identity.token() }),
    supplier: await get(path, { token: await identity.token({ scope: 'stock:write' }) }),
    operator: await get(path, { token: await identity.token({ scope: 'operations' }) }),
  };

  assert.equal(told(answers.nobody), '401 unauthenticated');
  for (const answer of [answers.customer, answers.supplier]) {
    assert.equal(told(answer), '403 forbidden');
    assert.match(answer.body.detail, /operations/);
  }
  assert.deepEqual(answers.operator.body, { sku, available: 1, reserved: 0, sold: 0, restocked: 1 });
});

test('the stock of what is not there is not found', async () => {
  for (const sku of [newSku(), 'lower', '%00'])
    assert.equal(told(await get(`/v1/products/${sku}/stock`, { token: shopkeeper })), '404 not-found', sku);
});

test('whoever brings in stock needs the scope for it, which is named', async () => {
  const sku = await listWith(1);
  const answer = await restock(sku, { token: await identity.token({ scope: 'operations' }) });

  assert.equal(told(answer), '403 forbidden');
  assert.match(answer.body.detail, /stock:write/);
  assert.equal((await stockOf(sku)).available, 1);
});
