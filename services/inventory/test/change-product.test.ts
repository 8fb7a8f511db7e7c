import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, type CallOptions, countRows, eventually } from '@repo/testing';
import { changeProduct } from '../src/catalogue/change-product.ts';
import type { Product } from '../src/catalogue/product.ts';
import {
  database,
  get,
  identity,
  isAnyoneWaiting,
  listWith,
  newSku,
  patch,
  query,
  record,
  statusOf,
  stockOf,
} from './inventory-service.ts';

const published = await record('product.events');
const eventsOf = (sku: string) => published.filter(({ key }) => key === sku);

const change = (sku: string, body: object, options: CallOptions = {}) =>
  patch(`/v1/products/${sku}`, { body, ...options });
const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });

test('the response to a change has the whole product in its next version, and reads return it at once', async () => {
  const sku = await listWith(7);
  const { body: before } = await get(`/v1/products/${sku}`);

  const response = await change(sku, { priceCents: 2_000 }, ifMatch('"1"'));

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('etag'), '"2"');
  assert.deepEqual(response.body, { ...before, priceCents: 2_000, version: 2 });
  const read = await get(`/v1/products/${sku}`);
  assert.deepEqual(read.body, response.body);
  assert.equal(read.headers.get('etag'), '"2"');
  assert.deepEqual(await stockOf(sku), { available: 7, reserved: 0, sold: 0, restocked: 7 });
});

test('a changed product is published: the whole product, in each of its versions', async () => {
  const sku = await listWith(1);
  const first = await change(sku, { metadata: { color: 'red', weight: 90 } });
  const second = await change(sku, { name: 'Another thing', metadata: { color: 'blue' } });

  const events = await eventually(() => eventsOf(sku).length === 3 && eventsOf(sku));

  assert.deepEqual(
    events.map(({ type, data }) => [type, data.version]),
    [1, 2, 3].map((version) => ['product.listed', version]),
  );
  assert.deepEqual([events[1]?.data, events[2]?.data], [first.body, second.body]);
  assert.deepEqual(second.body.metadata, { color: 'blue' });
});

test('a change of an older version is refused, and the response has the current entity tag', async () => {
  const sku = await listWith(1);
  await change(sku, { priceCents: 2 });
  const before = await countRows(database);

  const response = await change(sku, { priceCents: 3 }, ifMatch('"1"'));

  assert.equal(statusOf(response), '412 precondition-failed');
  assert.match(response.body.detail, /"2"/);
  assert.equal(response.headers.get('etag'), '"2"');
  assert.equal((await get(`/v1/products/${sku}`)).body.priceCents, 2);
  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
});

const CONDITIONS: [string, string][] = [
  ['"1"', '200'],
  ['"0", "1"', '200'],
  ['*', '200'],
  ['W/"1"', '412 precondition-failed'],
  ['1', '412 precondition-failed'],
  ['"2"', '412 precondition-failed'],
];

for (const [tag, expected] of CONDITIONS) {
  test(`a product in version 1 that is changed with If-Match: ${tag} gets ${expected}`, async () => {
    assert.equal(statusOf(await change(await listWith(1), { name: 'New' }, ifMatch(tag))), expected);
  });
}

test('a change is also refused by its If-None-Match', async () => {
  const sku = await listWith(1);
  for (const known of ['*', '"1"', 'W/"1"']) {
    const headers = { 'if-match': '"1"', 'if-none-match': known };
    assert.equal(statusOf(await change(sku, { name: 'New' }, { headers })), '412 precondition-failed');
  }
  assert.equal((await get(`/v1/products/${sku}`)).body.version, 1);
});

test('of many requests that change the same version at once, one succeeds', async () => {
  const sku = await listWith(1);
  const responses = await Promise.all(
    Array.from({ length: 12 }, (_, priceCents) => change(sku, { priceCents }, ifMatch('"1"'))),
  );

  assert.deepEqual(responses.map(statusOf).sort(), ['200', ...Array(11).fill('412 precondition-failed')]);
  assert.equal((await get(`/v1/products/${sku}`)).body.version, 2);
});

test('of many changes of any version at once, each creates the next, and all are published in order', async () => {
  const sku = await listWith(1);
  const responses = await Promise.all(
    Array.from({ length: 30 }, (_, priceCents) => change(sku, { priceCents })),
  );

  const versions = Array.from({ length: 31 }, (_, index) => index + 1);
  assert.deepEqual(
    responses.map(({ body }) => body.version).sort((one, other) => one - other),
    versions.slice(1),
  );
  const events = await eventually(() => eventsOf(sku).length === 31 && eventsOf(sku));
  assert.deepEqual(
    events.map(({ data }) => data.version),
    versions,
  );
  assert.deepEqual((await get(`/v1/products/${sku}`)).body, events.at(-1)?.data);
});

test('of two changes in one transaction the second finds the product as the first has left it', async () => {
  const [sku, other] = [await listWith(1), await listWith(1)];
  const inVersion = (version: number) => (product: Product) =>
    product.version === version ? undefined : new Error(`It is in version ${product.version}.`);
  const requests = [
    { sku, patch: { name: 'First' }, refusalOf: inVersion(1) },
    { sku: newSku(), patch: { name: 'Nobody' }, refusalOf: inVersion(1) },
    { sku, patch: { name: 'Too late' }, refusalOf: inVersion(1) },
    { sku: other, patch: { name: 'Other' }, refusalOf: inVersion(1) },
    { sku, patch: { priceCents: 5 }, refusalOf: inVersion(2) },
  ];

  const { results, events } = await database.transaction((tx) => changeProduct(tx, requests));

  assert.deepEqual(
    Array.from(results.values(), (result) => (result instanceof Error ? result.message : result?.version)),
    [2, undefined, 'It is in version 2.', 2, 3],
  );
  assert.deepEqual(
    events.map(({ key, data }) => [key, (data as Product).version]),
    [
      [sku, 2],
      [other, 2],
      [sku, 3],
    ],
  );
  assert.deepEqual(await query('select name, price_cents, version from products where sku = $1', [sku]), [
    { name: 'First', price_cents: 5, version: 3 },
  ]);
});

const REFUSED: [string, unknown, string][] = [
  ['nothing to change', {}, ''],
  ['a price below zero', { priceCents: -1 }, '/priceCents'],
  ['a name that is too long', { name: 'x'.repeat(201) }, '/name'],
  ['metadata of more than 4 KB', { metadata: { note: 'x'.repeat(4_096) } }, '/metadata'],
  ['another sku', { name: 'New', sku: 'OTHER' }, '/sku'],
  ['a list', [], ''],
];

for (const [what, body, place] of REFUSED) {
  test(`a change with ${what} is refused, and its place is named`, async () => {
    const sku = await listWith(1);
    const response = await change(sku, body as object);

    assert.equal(statusOf(response), '400 invalid-request');
    assert.equal(response.body.errors[0].path, place);
    assert.equal((await get(`/v1/products/${sku}`)).body.version, 1);
  });
}

test('a change without a field is refused, and the fields are named', async () => {
  const { body } = await change(await listWith(1), {});

  assert.match(body.errors[0].message, /name, priceCents and metadata/);
});

const TOO_LARGE = JSON.stringify({ name: 'x'.repeat(65 * 1024) });
const WRONG_KEY = { key: 'a b' };
const UNCONDITIONAL = { headers: {} };

// Each request also has every fault of the checks that follow, so the response shows which check comes first.
const CHECKS: [string, string, () => Promise<Answer>][] = [
  [
    'the token',
    '401 unauthenticated',
    () => change(newSku(), {}, { ...WRONG_KEY, ...UNCONDITIONAL, token: 'wrong', body: TOO_LARGE }),
  ],
  [
    'the scope',
    '403 forbidden',
    async () => {
      const token = await identity.token({ scope: 'operations' });
      return change(newSku(), {}, { ...WRONG_KEY, ...UNCONDITIONAL, token, body: TOO_LARGE });
    },
  ],
  [
    'the size',
    '413 payload-too-large',
    () => change(newSku(), {}, { ...WRONG_KEY, ...UNCONDITIONAL, body: TOO_LARGE }),
  ],
  [
    'the media type',
    '415 unsupported-media-type',
    () => change(newSku(), {}, { ...WRONG_KEY, body: '{', headers: { 'content-type': 'text/plain' } }),
  ],
  [
    'the JSON',
    '400 invalid-request',
    () => change(newSku(), {}, { ...WRONG_KEY, ...UNCONDITIONAL, body: '{' }),
  ],
  [
    'the form of the key',
    '400 idempotency-key-invalid',
    () => change(newSku(), {}, { ...WRONG_KEY, ...UNCONDITIONAL }),
  ],
  ['the values', '400 invalid-request', () => change(newSku(), {}, UNCONDITIONAL)],
  ['the product', '404 not-found', () => change(newSku(), { name: 'New' }, UNCONDITIONAL)],
  [
    'the key',
    '422 idempotency-key-reused',
    async () => {
      const [sku, key] = [await listWith(1), randomUUID()];
      await change(sku, { name: 'New' }, { key });
      return change(sku, { name: 'New' }, { key, ...UNCONDITIONAL });
    },
  ],
  [
    'that there is an If-Match',
    '428 precondition-required',
    async () => change(await listWith(1), { name: 'New' }, UNCONDITIONAL),
  ],
  [
    'the version',
    '412 precondition-failed',
    async () => change(await listWith(1), { name: 'New' }, ifMatch('"7"')),
  ],
];

for (const [check, expected, send] of CHECKS) {
  test(`the checks of a change, in their order: ${check}, ${expected}`, async () => {
    assert.equal(statusOf(await send()), expected);
  });
}

test('an unknown sku, or one that cannot be a sku, cannot be changed', async () => {
  for (const sku of [newSku(), 'lower', '%00'])
    assert.equal(statusOf(await change(sku, { name: 'New' })), '404 not-found', sku);
});

test('a change that waits while its product is delisted finds none', async () => {
  const [sku, key] = [await listWith(1), randomUUID()];
  let coming: ReturnType<typeof change> | undefined;
  await database.transaction(async (tx) => {
    await tx.query({
      text: 'update products set version = 2, deleted_at = now() where sku = $1',
      values: [sku],
    });
    coming = change(sku, { name: 'New' }, { key });
    await eventually(isAnyoneWaiting, { what: 'the change to meet the product' });
  });

  assert.equal(statusOf(await (coming as Promise<Answer>)), '404 not-found');
  assert.equal(statusOf(await change(await listWith(1), { name: 'New' }, { key })), '200');
});
