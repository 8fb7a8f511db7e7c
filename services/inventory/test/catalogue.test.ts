import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRows, eventually } from '@repo/testing';
import {
  database,
  get,
  identity,
  listWith,
  newSku,
  post,
  productOf,
  query,
  record,
  redis,
} from './inventory-service.ts';

const published = await record('product.events');
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('the response to a listed product has the whole product, its address and version, and everyone can read it', async () => {
  const sku = newSku();
  const { status, headers, body } = await post('/v1/products', {
    body: { ...productOf(sku), metadata: { color: 'grey' } },
  });

  assert.equal(status, 201);
  assert.equal(headers.get('location'), `/v1/products/${sku}`);
  assert.equal(headers.get('etag'), '"1"');
  const { listedAt, ...rest } = body;
  assert.match(listedAt, INSTANT);
  assert.deepEqual(rest, {
    sku,
    name: 'A thing',
    priceCents: 1_950,
    currency: 'EUR',
    metadata: { color: 'grey' },
    version: 1,
  });
  const read = await get(`/v1/products/${sku}`);
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, body);
  assert.deepEqual(
    await query('select available, reserved, sold, restocked from stock where sku = $1', [sku]),
    [{ available: 7, reserved: 0, sold: 0, restocked: 7 }],
  );
});

test('a listed product is published: the whole product, without its stock', async () => {
  const sku = newSku();
  const { body } = await post('/v1/products', { body: productOf(sku) });

  const event = await eventually(() => published.find(({ key }) => key === sku));

  assert.equal(event.type, 'product.listed');
  assert.equal(event.recordKey, sku);
  assert.equal(event.headers.ce_source, '/inventory');
  assert.deepEqual(event.data, body);
});

test('a used sku stays with its product', async () => {
  const sku = await listWith(7);
  const refused = await post('/v1/products', { body: { ...productOf(sku), priceCents: 1 } });

  assert.equal(refused.status, 409);
  assert.match(refused.body.type, /\/sku-taken$/);
  assert.equal(refused.body.instance, '/v1/products');
  assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal((await get(`/v1/products/${sku}`)).body.priceCents, 1_950);
});

test('of many requests that list one sku at once, one succeeds', async () => {
  const sku = newSku();
  const responses = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      post('/v1/products', { body: { ...productOf(sku), stock: index } }),
    ),
  );

  assert.deepEqual(responses.map(({ status }) => status).sort(), [201, ...Array(11).fill(409)]);
  assert.equal((await query('select sku from products where sku = $1', [sku])).length, 1);
});

test('a product at the edge of all limits can be listed and read', async () => {
  const sku = newSku().padEnd(64, '-Z');
  const edge = { sku, name: 'ä'.repeat(200), priceCents: 100_000_000, currency: 'JPY', stock: 1_000_000_000 };

  assert.equal((await post('/v1/products', { body: edge })).status, 201);
  assert.equal((await get(`/v1/products/${sku}`)).body.name, edge.name);
});

const REFUSED: [string, object, string][] = [
  ['a price beyond the limit', { priceCents: 100_000_001 }, '/priceCents'],
  ['a stock beyond the limit', { stock: 1_000_000_001 }, '/stock'],
  ['a price as text', { priceCents: '1' }, '/priceCents'],
  ['an empty name', { name: '' }, '/name'],
  ['U+0000 in its name', { name: 'a\0b' }, '/name'],
  ['a name of white space', { name: ' \u00a0' }, '/name'],
  ['a name with a line break', { name: 'a\nb' }, '/name'],
  ['a name with a control character', { name: 'a\x85b' }, '/name'],
  ['a sku that cannot be', { sku: 'lower' }, '/sku'],
  ['an unknown field', { version: 1 }, '/version'],
];

for (const [what, change, place] of REFUSED) {
  test(`a product with ${what} is refused, its place is named, and nothing is stored`, async () => {
    const before = await countRows(database);
    const { status, body } = await post('/v1/products', { body: { ...productOf(newSku()), ...change } });

    assert.equal(status, 400);
    assert.match(body.type, /\/invalid-request$/);
    assert.deepEqual(
      body.errors.map((error: { path: string }) => error.path),
      [place],
    );
    assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  });
}

test('a client may keep a product for two seconds, and revalidate it by its entity tag', async () => {
  const sku = await listWith(1);
  const read = (tag: string) => get(`/v1/products/${sku}`, { headers: { 'if-none-match': tag } });

  const { headers } = await get(`/v1/products/${sku}`);
  assert.equal(headers.get('cache-control'), 'public, max-age=2');
  assert.equal(headers.get('etag'), '"1"');
  const known = await read('"1"');
  assert.equal(known.status, 304);
  assert.equal(known.text, '');
  assert.equal(known.headers.get('cache-control'), 'public, max-age=2');
  assert.equal((await read('"0"')).status, 200);
});

test('a changed product is visible to every client within five seconds', async () => {
  const sku = await listWith(1);
  await get(`/v1/products/${sku}`);
  await query(`update products set name = 'Changed', version = 2 where sku = $1`, [sku]);

  // The service may keep it for three seconds, and a client for two more.
  await eventually(async () => (await get(`/v1/products/${sku}`)).body.name === 'Changed', {
    timeoutMs: 4_000,
  });
});

test('a product that was requested before it was listed is found as soon as it is listed', async () => {
  const sku = newSku();
  assert.equal((await get(`/v1/products/${sku}`)).status, 404);

  await post('/v1/products', { body: productOf(sku) });

  assert.equal((await get(`/v1/products/${sku}`)).status, 200);
});

test('an unknown sku, or one that cannot be a sku, is not found', async () => {
  for (const sku of [newSku(), 'keyboard', '-A', 'A'.repeat(65), '%00', 'A%20B']) {
    const { status, headers, body } = await get(`/v1/products/${sku}`);
    assert.equal(status, 404, sku);
    assert.match(body.type, /\/not-found$/);
    assert.equal(headers.get('cache-control'), 'public, max-age=2');
  }
});

test('products are listed by sku, page by page, and each page leads to the next', async () => {
  // A range of skus for this test alone.
  const prefix = newSku('PAGE');
  const skus = [1, 2, 3, 4, 5].map((number) => `${prefix}-${number}`);
  for (const sku of skus.toReversed()) await post('/v1/products', { body: productOf(sku) });
  const start = Buffer.from(JSON.stringify(`${prefix}-0`)).toString('base64url');

  const first = await get(`/v1/products?limit=2&after=${start}`);
  const [, link] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await get(link as string);
  const last = await get(`/v1/products?limit=100&after=${second.body.next}`);

  const skusOf = ({ body }: typeof first) => body.items.map(({ sku }: { sku: string }) => sku);
  assert.deepEqual([...skusOf(first), ...skusOf(second)], skus.slice(0, 4));
  assert.equal(skusOf(last)[0], skus[4]);
  assert.equal(last.body.next, null);
  assert.deepEqual(first.body.items[0], (await get(`/v1/products/${skus[0]}`)).body);
  assert.equal(first.headers.get('cache-control'), 'public, max-age=2');

  const tag = first.headers.get('etag') as string;
  const known = await get(`/v1/products?limit=2&after=${start}`, { headers: { 'if-none-match': tag } });
  assert.equal(known.status, 304);
  assert.equal(known.text, '');
});

test('a list request with wrong parameters is refused', async () => {
  for (const search of [
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1&limit=2',
    'after=x',
    'after=',
    'sort=name',
    'sku=A',
  ]) {
    const { status, body } = await get(`/v1/products?${search}`);
    assert.equal(status, 400, search);
    assert.match(body.type, /\/invalid-request$/);
  }
});

test('the catalogue needs no token, and listing a product needs one with the scope', async () => {
  const sku = newSku();
  const none = await post('/v1/products', { token: undefined, body: productOf(sku) } as object);
  const customers = await post('/v1/products', { token: await identity.token(), body: productOf(sku) });

  assert.equal(none.status, 401);
  assert.equal(none.headers.get('www-authenticate'), 'Bearer');
  assert.equal(customers.status, 403);
  assert.match(customers.body.type, /\/forbidden$/);
  assert.match(customers.body.detail, /stock:write/);
});

test('without Redis the catalogue still works, and is cached again when it is back', async () => {
  const sku = await listWith(1);
  redis.cut();

  for (let index = 0; index < 3; index++) {
    assert.equal((await get(`/v1/products/${sku}`)).body.sku, sku);
    assert.equal(
      (await get(`/v1/products?limit=1&after=${Buffer.from(`"${sku}"`).toString('base64url')}`)).status,
      200,
    );
    assert.equal((await get('/readyz')).status, 200);
  }
  assert.equal((await post('/v1/products', { body: productOf(newSku()) })).status, 201);

  await redis.restore();
  await eventually(async () => {
    const fresh = await listWith(1);
    await get(`/v1/products/${fresh}`);
    await query(`update products set name = 'Changed' where sku = $1`, [fresh]);
    return (await get(`/v1/products/${fresh}`)).body.name === 'A thing';
  });
});

test('a Redis that accepts and never responds makes the catalogue slow, and does not break it', async (t) => {
  const sku = await listWith(1);
  redis.freezeOpen();
  t.after(async () => {
    redis.cut();
    await redis.restore();
  });

  const responses = await Promise.all(Array.from({ length: 5 }, () => get(`/v1/products/${sku}`)));

  for (const { status, body } of responses) assert.deepEqual([status, body.sku], [200, sku]);
});
