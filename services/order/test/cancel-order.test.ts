import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { readClock, sql } from '@repo/postgres';
import { call, countRows } from '@repo/testing';
import { advanceOrders } from '../src/advance-order.ts';
import {
  cancel,
  caughtUp,
  customer,
  database,
  eventsOf,
  get,
  historyOf,
  newCustomer,
  ORDER,
  orderAfter,
  post,
  publish,
  query,
  trigger,
  url,
  waitForBlocked,
  whileHeld,
} from './order-service.ts';

const problemOf = ({ status, body }: { status: number; body: { type?: string } }) =>
  `${status} ${body.type?.split('/').at(-1)}`;

const remove = (orderId: string, token = customer.token) =>
  call(`${url}/v1/orders/${orderId}`, 'DELETE', { token });

test('a cancelled order has ended: its customer, inventory and payment receive that', async () => {
  const orderId = await orderAfter();
  const { status, body, headers } = await cancel(orderId);

  assert.equal(status, 200);
  assert.equal(headers.get('etag'), '"2"');
  assert.deepEqual([body.status, body.reason, body.version], ['cancelled', 'customer', 2]);
  assert.equal(body.history.at(-1).at, body.endedAt);
  assert.deepEqual((await get(`/v1/orders/${orderId}`)).body, body);
  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 cancelled']);
  const [, event] = await eventsOf(orderId, 2);
  assert.equal(event?.type, 'order.cancelled');
  assert.deepEqual(event?.data, {
    orderId,
    version: 2,
    customerId: customer.id,
    reason: 'customer',
    lines: ORDER.lines,
  });
});

test('an order that waits for its payment can be cancelled, and drops its payment token', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);

  assert.equal((await cancel(orderId)).body.version, 3);

  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved', '3 cancelled']);
  const [row] = await query('select payment_token from orders where id = $1', [orderId]);
  assert.deepEqual(row, { payment_token: null });
});

test('an order that has ended cannot be cancelled, and the refusal is replayed as it was', async () => {
  const confirmed = await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  const cancelled = await orderAfter(['stock.rejected', 'cancelled']);
  for (const orderId of [confirmed, cancelled]) {
    const key = randomUUID();
    const before = await historyOf(orderId);
    const refusal = await cancel(orderId, { key });
    const replay = await cancel(orderId, { key });

    assert.equal(problemOf(refusal), '409 order-not-cancellable');
    assert.match(refusal.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal(replay.text, refusal.text);
    assert.equal(replay.headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(await historyOf(orderId), before);
  }
});

test('a cancellation needs no body, and an empty one means the same', async () => {
  const key = randomUUID();
  const orderId = await orderAfter();
  const first = await cancel(orderId, { key });
  const again = await cancel(orderId, { key, body: {} });

  assert.equal(first.status, 200);
  assert.equal(again.text, first.text);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
});

test('an id in upper case is the same id, also for a key', async () => {
  const key = randomUUID();
  const orderId = await orderAfter();
  const first = await cancel(orderId.toUpperCase(), { key });

  assert.deepEqual([first.status, first.body.status], [200, 'cancelled']);
  assert.equal((await cancel(orderId, { key })).text, first.text);
});

test('a request without a body is valid, whatever its content type', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };

  assert.equal((await cancel(await orderAfter(), { headers })).status, 200);
});

for (const [what, body] of [
  ['a property', { reason: 'changed my mind' }],
  ['a list', []],
  ['null', 'null'],
  ['half an object', '{'],
] as const) {
  test(`a cancellation with ${what} for a body is not valid, and leaves its key unused`, async () => {
    const key = randomUUID();
    const orderId = await orderAfter();

    assert.equal(problemOf(await cancel(orderId, { key, body })), '400 invalid-request');

    assert.equal((await cancel(orderId, { key })).status, 200);
  });
}

test("another customer's order, or an unknown one, is not found, and the key stays unused", async () => {
  const orderId = await orderAfter();
  const { token } = await newCustomer();
  const before = (await countRows(database)).idempotency_keys;

  assert.equal(problemOf(await cancel(orderId, { token })), '404 not-found');
  assert.equal(problemOf(await cancel(randomUUID())), '404 not-found');
  assert.equal(problemOf(await cancel('1')), '400 invalid-request');
  assert.equal((await countRows(database)).idempotency_keys, before);
  assert.deepEqual(await historyOf(orderId), ['1 placed']);
});

test('of a hundred duplicates of one cancellation one takes effect, and all get the same response', async () => {
  const key = randomUUID();
  const orderId = await orderAfter();
  const responses = await Promise.all(Array.from({ length: 100 }, () => cancel(orderId, { key })));

  const done = responses.filter(({ status }) => status === 200);
  for (const { status, headers } of responses.filter((response) => !done.includes(response)))
    assert.deepEqual([status, headers.get('retry-after')], [409, '1']);
  assert.equal(new Set(done.map(({ text }) => text)).size, 1);
  assert.equal(done.filter(({ headers }) => !headers.get('idempotent-replayed')).length, 1);
  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 cancelled']);
});

test('of ten cancellations with keys of their own one takes effect, and the others are too late', async () => {
  const orderId = await orderAfter();
  const responses = await Promise.all(Array.from({ length: 10 }, () => cancel(orderId)));

  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array(9).fill(409)]);
  assert.equal((await eventsOf(orderId, 2)).length, 2);
});

test('an order that is cancelled while its stock is being reserved is cancelled, in either order', async () => {
  const cancelledFirst = await orderAfter();
  const first = await whileHeld(cancelledFirst, async () => {
    const response = cancel(cancelledFirst);
    await waitForBlocked(1);
    await publish([trigger['stock.reserved'](cancelledFirst)]);
    await waitForBlocked(2);
    return { response };
  });
  assert.equal((await first.response).body.version, 2);
  await caughtUp();
  assert.deepEqual(await historyOf(cancelledFirst), ['1 placed', '2 cancelled']);

  const reservedFirst = await orderAfter();
  const second = await whileHeld(reservedFirst, async () => {
    await publish([trigger['stock.reserved'](reservedFirst)]);
    await waitForBlocked(1);
    const response = cancel(reservedFirst);
    await waitForBlocked(2);
    return { response };
  });
  assert.equal((await second.response).status, 200);
  assert.deepEqual(await historyOf(reservedFirst), ['1 placed', '2 reserved', '3 cancelled']);
});

test('a step that waited for another is later than the other', async () => {
  const orderId = await orderAfter();
  const { cancelled, reservedAfter } = await database.transaction(async (tx) => {
    await tx.query(sql`select id from orders where id = ${orderId} for update`);
    const response = cancel(orderId);
    await waitForBlocked(1);
    const reservedAfter = await readClock(tx);
    await advanceOrders(tx, 'stock.reserved', [{ orderId }]);
    // Inside an object the promise is not awaited.
    return { cancelled: { response }, reservedAfter };
  });

  const { body } = await cancelled.response;
  assert.equal(body.version, 3);
  assert.ok(new Date(body.endedAt) >= reservedAfter, `${body.endedAt} is before ${reservedAfter}`);
});

test('of a cancellation and a payment at once, the first to lock the order decides', async () => {
  const cancelledFirst = await orderAfter(['stock.reserved', 'reserved']);
  const first = await whileHeld(cancelledFirst, async () => {
    const response = cancel(cancelledFirst);
    await waitForBlocked(1);
    await publish([trigger['payment.captured'](cancelledFirst)]);
    await waitForBlocked(2);
    return { response };
  });
  assert.equal((await first.response).status, 200);
  await caughtUp();
  assert.deepEqual(await historyOf(cancelledFirst), ['1 placed', '2 reserved', '3 cancelled']);

  const paidFirst = await orderAfter(['stock.reserved', 'reserved']);
  const second = await whileHeld(paidFirst, async () => {
    await publish([trigger['payment.captured'](paidFirst)]);
    await waitForBlocked(1);
    const response = cancel(paidFirst);
    await waitForBlocked(2);
    return { response };
  });
  assert.equal(problemOf(await second.response), '409 order-not-cancellable');
  assert.deepEqual(await historyOf(paidFirst), ['1 placed', '2 reserved', '3 confirmed']);
});

test('a refund is published once, and changes neither the order nor its history', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  const { body, text } = await cancel(orderId);
  const refunded = trigger['payment.refunded'](orderId);
  await publish([trigger['payment.captured'](orderId), refunded, refunded]);
  await caughtUp();
  await publish([refunded, trigger['payment.refunded'](orderId)]);
  await caughtUp();

  assert.equal((await get(`/v1/orders/${orderId}`)).text, text);
  const events = await eventsOf(orderId, 4);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['order.placed', 'order.reserved', 'order.cancelled', 'order.refunded'],
  );
  assert.deepEqual(events.at(-1)?.data, {
    orderId,
    version: body.version,
    customerId: customer.id,
    amountCents: 11_948,
    currency: 'EUR',
  });
});

test('an ended order can be deleted: then no request returns it', async () => {
  const orderId = await orderAfter();
  await cancel(orderId);
  const deleted = await remove(orderId);

  assert.deepEqual([deleted.status, deleted.text], [204, '']);
  for (const response of [await get(`/v1/orders/${orderId}`), await remove(orderId), await cancel(orderId)])
    assert.equal(problemOf(response), '404 not-found');
  const { items } = (await get('/v1/orders?limit=100')).body;
  assert.ok(!items.some(({ id }: { id: string }) => id === orderId));
  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 cancelled']);
});

test('an open order cannot be deleted, nor can that of another customer', async () => {
  const orderId = await orderAfter();

  assert.equal(problemOf(await remove(orderId)), '409 order-not-ended');
  await cancel(orderId);
  assert.equal(problemOf(await remove(orderId, (await newCustomer()).token)), '404 not-found');
  assert.equal(problemOf(await remove(randomUUID())), '404 not-found');
  assert.equal((await get(`/v1/orders/${orderId}`)).status, 200);
});

test('an order is deleted only in the version of If-Match, if there is one', async () => {
  const orderId = await orderAfter();
  await cancel(orderId);
  const removeIf = (tag: string) =>
    call(`${url}/v1/orders/${orderId}`, 'DELETE', { token: customer.token, headers: { 'if-match': tag } });

  assert.equal(problemOf(await removeIf('"1"')), '412 precondition-failed');
  assert.equal((await removeIf('"2"')).status, 204);
});

const FALSE = (version: number): Record<string, string>[] => [
  { 'if-match': `"${version - 1}"` },
  { 'if-match': `W/"${version}"` },
  { 'if-none-match': '*' },
  { 'if-none-match': `W/"${version}"` },
  { 'if-match': `"${version}"`, 'if-none-match': `"${version}"` },
];

test('an order is cancelled only in the version of If-Match, if there is one, and a refusal leaves the key unused', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  const key = randomUUID();

  for (const headers of FALSE(2)) {
    const refusal = await cancel(orderId, { key, headers });
    assert.equal(problemOf(refusal), '412 precondition-failed', JSON.stringify(headers));
    assert.equal(refusal.headers.get('etag'), '"2"');
  }
  assert.deepEqual(await historyOf(orderId), ['1 placed', '2 reserved']);

  const headers = { 'if-match': '"2"' };
  const cancelled = await cancel(orderId, { key, headers });
  assert.deepEqual([cancelled.status, cancelled.body.version], [200, 3]);
  assert.equal((await cancel(orderId, { key, headers })).text, cancelled.text);
  assert.equal(problemOf(await cancel(orderId, { key })), '422 idempotency-key-reused');
  assert.equal(problemOf(await cancel(orderId, { headers })), '412 precondition-failed');
  assert.equal(
    problemOf(await cancel(orderId, { headers: { 'if-match': '"3"' } })),
    '409 order-not-cancellable',
  );
  assert.equal(problemOf(await cancel(randomUUID(), { headers })), '404 not-found');
});

test('of ten requests that cancel the same version one succeeds, and the others get 412', async () => {
  const orderId = await orderAfter();
  const headers = { 'if-match': '"1"' };
  const responses = await Promise.all(Array.from({ length: 10 }, () => cancel(orderId, { headers })));

  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)]);
});

test('preconditions hold for all other routes of orders', async () => {
  const orderId = await orderAfter();
  const { token } = customer;
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const response = await call(`${url}${path}`, method, { token, headers });
    return response.status === 304 ? '304' : problemOf(response);
  };

  for (const headers of FALSE(1))
    assert.equal(await ask('DELETE', `/v1/orders/${orderId}`, headers), '412 precondition-failed');
  assert.equal(await ask('DELETE', `/v1/orders/${orderId}`, { 'if-match': '"1"' }), '409 order-not-ended');
  assert.equal(await ask('GET', `/v1/orders/${orderId}`, { 'if-match': '"0"' }), '412 precondition-failed');
  assert.equal(await ask('GET', `/v1/orders/${orderId}`, { 'if-none-match': '"1"' }), '304');
  assert.equal(await ask('GET', '/v1/orders', { 'if-none-match': '*' }), '304');
  assert.equal(await ask('GET', '/v1/orders', { 'if-match': '"1"' }), '412 precondition-failed');
  for (const headers of [{ 'if-match': '"1"' }, { 'if-none-match': '*' }])
    assert.equal(problemOf(await post({ headers })), '412 precondition-failed');
  assert.equal((await get(`/v1/orders/${orderId}`)).body.version, 1);
});

test('of ten requests that delete an order at once one succeeds, and the others get 404', async () => {
  const orderId = await orderAfter();
  await cancel(orderId);

  const responses = await Promise.all(Array.from({ length: 10 }, () => remove(orderId)));

  assert.deepEqual(responses.map(({ status }) => status).sort(), [204, ...Array(9).fill(404)]);
});

test('late events about a deleted order are processed: its refund is published', async () => {
  const orderId = await orderAfter(['stock.reserved', 'reserved']);
  await cancel(orderId);
  await remove(orderId);
  await publish([trigger['payment.refunded'](orderId)]);

  assert.equal((await eventsOf(orderId, 4)).at(-1)?.type, 'order.refunded');
});

/** Each route that needs a key, with a call for one resource and for another. */
const KEYED = {
  'POST /v1/orders': async () => ({
    send: post,
    other: (options: object) => post({ ...options, body: { ...ORDER, paymentToken: 'tok_other' } }),
  }),
  'POST /v1/orders/{id}/cancel': async () => {
    const [one, another] = [await orderAfter(), await orderAfter()];
    return {
      send: (options: object = {}) => cancel(one, options),
      other: (options: object) => cancel(another, options),
    };
  },
};

for (const [route, prepare] of Object.entries(KEYED)) {
  test(`${route}: a key is replayed, and refused for another request`, async () => {
    const { send, other } = await prepare();
    const key = randomUUID();
    const first = await send({ key });
    const replays = [await send({ key }), await send({ key: `"${key}"` })];

    assert.ok(first.status < 300);
    for (const replay of replays) {
      assert.deepEqual([replay.status, replay.text], [first.status, first.text]);
      assert.equal(replay.headers.get('idempotent-replayed'), 'true');
      for (const name of ['location', 'etag', 'content-type'])
        assert.equal(replay.headers.get(name), first.headers.get(name), name);
    }
    assert.equal(problemOf(await other({ key })), '422 idempotency-key-reused');
    assert.ok((await other({ key: randomUUID() })).status < 300);
  });

  test(`${route}: a key that is missing or malformed is refused before anything else is done`, async () => {
    const { send } = await prepare();
    const before = { ...(await countRows(database)), outbox: 0 };

    const missing = await send({ key: undefined });
    assert.equal(problemOf(missing), '400 idempotency-key-missing');
    for (const key of ['', '""', 'x'.repeat(256), 'two words'])
      assert.equal(problemOf(await send({ key })), '400 idempotency-key-invalid', key);
    assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, before);
    assert.ok((await send({ key: randomUUID().padEnd(255, 'x') })).status < 300);
  });
}

test('the same key on another route is another key', async () => {
  const key = randomUUID();
  const { body } = await post({ key });

  assert.equal((await cancel(body.id, { key })).status, 200);
  assert.equal((await post({ key })).body.status, 'placed');
});
