import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, call } from '@repo/testing';
import { get, newCustomer, post, query, url } from './order-service.ts';

const idsOf = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);

/** A customer with this many orders; their ids, newest first. */
async function customerWithOrders(count: number) {
  const { token } = await newCustomer();
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.unshift((await post({ token })).body.id);
  return { token, ids };
}

test('an order has an entity tag, and a client that sends it gets 304 without a body', async () => {
  const { body } = await post();
  const read = (tag: string) => get(`/v1/orders/${body.id}`, { headers: { 'if-none-match': tag } });

  const known = await read('"1"');
  assert.equal(known.status, 304);
  assert.equal(known.text, '');
  assert.equal(known.headers.get('etag'), '"1"');

  await query(`update orders set version = 2 where id = $1`, [body.id]);
  const changed = await read('"1"');
  assert.equal(changed.status, 200);
  assert.equal(changed.headers.get('etag'), '"2"');
  assert.equal(changed.body.version, 2);
});

test('an order is found by its id in capitals too', async () => {
  const { body } = await post();

  assert.equal((await get(`/v1/orders/${body.id.toUpperCase()}`)).body.id, body.id);
});

test('orders are listed newest first, page by page, and each page leads to the next', async () => {
  const { token, ids } = await customerWithOrders(5);

  const first = await get('/v1/orders?limit=2', { token });
  const [, link] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await get(link as string, { token });
  const last = await get(`/v1/orders?limit=2&after=${second.body.next}`, { token });

  assert.deepEqual([first, second, last].map(idsOf), [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  assert.equal(last.body.next, null);
  assert.equal(last.headers.get('link'), null);
});

test('an order that is placed between two pages shifts neither', async () => {
  const { token, ids } = await customerWithOrders(3);

  const first = await get('/v1/orders?limit=2', { token });
  await post({ token });
  const second = await get(`/v1/orders?limit=2&after=${first.body.next}`, { token });

  assert.deepEqual([first, second].map(idsOf), [ids.slice(0, 2), ids.slice(2)]);
});

test('a list without a limit has twenty, and its orders are whole', async () => {
  const { token } = await newCustomer();
  const placed = await Promise.all(Array.from({ length: 21 }, () => post({ token })));

  const { body } = await get('/v1/orders', { token });

  assert.equal(body.items.length, 20);
  assert.equal((await get('/v1/orders?limit=21', { token })).body.next, null);
  for (const item of body.items)
    assert.deepEqual(
      item,
      placed.map((response) => response.body).find(({ id }) => id === item.id),
    );
});

test('orders placed at the same time are all listed, each once', async () => {
  const { token } = await newCustomer();
  const placed = await Promise.all(Array.from({ length: 12 }, () => post({ token })));

  const seen: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page = await get(`/v1/orders?limit=5${after && `&after=${after}`}`, { token });
    seen.push(...idsOf(page));
    after = page.body.next;
  }

  assert.equal(seen.length, 12);
  assert.deepEqual(new Set(seen), new Set(placed.map(({ body }) => body.id)));
});

test('orders can be listed by status, and the filter stays on the next page', async () => {
  const { token, ids } = await customerWithOrders(5);
  const reserved = ids.slice(1, 4);
  await query(`update orders set status = 'reserved' where id = any($1)`, [reserved]);

  const first = await get('/v1/orders?status=reserved&limit=2', { token });
  const [, link] = /^<([^>]+)>/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await get(link as string, { token });

  assert.deepEqual([...idsOf(first), ...idsOf(second)], reserved);
  assert.deepEqual(idsOf(await get('/v1/orders?status=confirmed', { token })), []);
});

test('a customer lists the own orders and no others, whatever position the cursor names', async () => {
  const mine = await customerWithOrders(1);
  await post();
  const future = Buffer.from(JSON.stringify(['9999-12-31T23:59:59.999Z', randomUUID()])).toString(
    'base64url',
  );

  assert.deepEqual(idsOf(await get('/v1/orders', { token: mine.token })), mine.ids);
  assert.deepEqual(idsOf(await get(`/v1/orders?after=${future}`, { token: mine.token })), mine.ids);
});

test('a customer without orders has an empty list', async () => {
  const { token } = await newCustomer();

  assert.deepEqual((await get('/v1/orders', { token })).body, { items: [], next: null });
});

test('the service describes its API at /openapi.json, and reports that it is alive and ready', async () => {
  const { body } = await call(`${url}/openapi.json`);

  assert.deepEqual(
    Object.keys(body.paths)
      .filter((path) => path.startsWith('/v1/orders'))
      .sort(),
    ['/v1/orders', '/v1/orders/{id}', '/v1/orders/{id}/cancel'],
  );
  const [key] = body.paths['/v1/orders/{id}/cancel'].post.parameters.filter(
    (parameter: { in: string }) => parameter.in === 'header',
  );
  assert.deepEqual([key.name, key.required], ['idempotency-key', true]);
  assert.match(key.description, /for 24 hours/);
  assert.equal(body.paths['/v1/orders/{id}/cancel'].post.requestBody.required, false);
  assert.deepEqual(Object.keys(body.paths['/v1/orders/{id}'].delete.responses), ['204', '412']);
  assert.equal((await call(`${url}/livez`)).status, 200);
  assert.equal((await call(`${url}/readyz`)).status, 200);
});
