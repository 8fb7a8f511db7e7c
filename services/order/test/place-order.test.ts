import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { countRows, eventually } from '@repo/testing';
import { customer, database, get, newCustomer, ORDER, post, published, query } from './order-service.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const typeOf = (body: { type: string }) => body.type.split('/').at(-1);

test('the response to a placed order has the whole order, its address and its version', async () => {
  const { status, headers, body } = await post({ body: { ...ORDER, metadata: { gift: true } } });

  assert.equal(status, 201);
  assert.match(body.id, UUID_V7);
  assert.equal(headers.get('location'), `/v1/orders/${body.id}`);
  assert.equal(headers.get('etag'), '"1"');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(headers.get('idempotent-replayed'), null);
  assert.match(headers.get('traceparent') ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  assert.match(body.placedAt, INSTANT);
  const { id, placedAt, deadlineAt, ...rest } = body;
  assert.equal(Date.parse(deadlineAt) - Date.parse(placedAt), 900_000);
  assert.deepEqual(rest, {
    status: 'placed',
    version: 1,
    lines: [
      { sku: 'KEYBOARD', name: 'Keyboard', quantity: 2, unitPriceCents: 4_999 },
      { sku: 'MOUSE', name: 'Mouse', quantity: 1, unitPriceCents: 1_950 },
    ],
    totalCents: 11_948,
    currency: 'EUR',
    metadata: { gift: true },
    endedAt: null,
    reason: null,
    history: [{ status: 'placed', at: placedAt }],
  });
  assert.deepEqual((await get(`/v1/orders/${id}`)).body, body);
});

test('a placed order is stored with its lines and its history', async () => {
  const { body } = await post();

  const [order] = await query('select customer_id, payment_token, total_cents from orders where id = $1', [
    body.id,
  ]);
  const lines = await query('select sku, quantity from order_lines where order_id = $1 order by position', [
    body.id,
  ]);
  const history = await query('select version, status from order_history where order_id = $1', [body.id]);
  assert.deepEqual(order, { customer_id: customer.id, payment_token: 'tok_ok', total_cents: 11_948 });
  assert.deepEqual(lines, ORDER.lines);
  assert.deepEqual(history, [{ version: 1, status: 'placed' }]);
});

test('a placed order is published, in the trace of its request', async () => {
  const traceId = randomUUID().replaceAll('-', '');
  const { body } = await post({ headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });

  const event = await eventually(() => published.find(({ key }) => key === body.id));

  assert.deepEqual(event.data, {
    orderId: body.id,
    version: 1,
    customerId: customer.id,
    lines: ORDER.lines,
    totalCents: 11_948,
    currency: 'EUR',
    deadlineAt: body.deadlineAt,
  });
  assert.equal(event.type, 'order.placed');
  assert.equal(event.recordKey, body.id);
  assert.equal(event.headers.ce_source, '/order');
  assert.equal(event.headers.traceparent?.split('-')[1], traceId);
  await eventually(async () => (await countRows(database)).outbox === 0, { what: 'an empty outbox' });
});

test('the payment token is in no response, and in no event before the stock is reserved', async () => {
  const { text, body } = await post({ body: { ...ORDER, paymentToken: 'tok_canary_7' } });
  const event = await eventually(() => published.find(({ key }) => key === body.id));

  assert.doesNotMatch(text, /canary/);
  assert.doesNotMatch((await get(`/v1/orders/${body.id}`)).text, /canary/);
  assert.doesNotMatch(JSON.stringify(event), /canary/);
});

test('the same order sent again with its key is the same order, byte for byte', async () => {
  const key = randomUUID();
  const first = await post({ key });
  const reordered = JSON.stringify({ paymentToken: 'tok_ok', lines: ORDER.lines }, null, 4);

  for (const again of [await post({ key }), await post({ key, body: reordered })]) {
    assert.equal(again.status, 201);
    assert.equal(again.text, first.text);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    for (const name of ['location', 'etag', 'content-type'])
      assert.equal(again.headers.get(name), first.headers.get(name), name);
  }
  const rows = await query('select id from orders where id = $1', [first.body.id]);
  assert.equal(rows.length, 1);
});

test('the same order sent a hundred times at once is one order', async () => {
  const fresh = await newCustomer();
  const key = randomUUID();

  const responses = await Promise.all(Array.from({ length: 100 }, () => post({ key, token: fresh.token })));

  const placed = responses.filter(({ status }) => status === 201);
  for (const { status, headers } of responses.filter((response) => !placed.includes(response))) {
    assert.equal(status, 409);
    assert.equal(headers.get('retry-after'), '1');
  }
  assert.equal(new Set(placed.map(({ text }) => text)).size, 1);
  assert.equal(placed.filter(({ headers }) => !headers.get('idempotent-replayed')).length, 1);
  assert.equal((await query('select id from orders where customer_id = $1', [fresh.id])).length, 1);
});

test('a key that was used for one order cannot be used for another', async () => {
  const key = randomUUID();
  const first = await post({ key });
  const { status, body } = await post({ key, body: { ...ORDER, paymentToken: 'tok_other' } });

  assert.equal(status, 422);
  assert.equal(typeOf(body), 'idempotency-key-reused');
  assert.equal((await post({ key })).text, first.text);
});

test('a key is the same quoted or bare', async () => {
  const key = randomUUID();
  const first = await post({ key });
  const again = await post({ key: `"${key}"` });

  assert.equal(again.text, first.text);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
});

test('a key has up to 255 characters, all of them visible', async () => {
  for (const key of ['x', `a!"#$%&'()*+,-./:;<=>?@[]^_{|}~${randomUUID()}`, randomUUID().padEnd(255, 'x')])
    assert.equal((await post({ key, token: (await newCustomer()).token })).status, 201, key);
});

test('the same key of another customer is another key', async () => {
  const key = randomUUID();
  const mine = await post({ key });
  const yours = await post({ key, token: (await newCustomer()).token });

  assert.equal(yours.status, 201);
  assert.notEqual(yours.body.id, mine.body.id);
  assert.equal(yours.headers.get('idempotent-replayed'), null);
});

test('a repeated request gets the order as it was placed, even when it has advanced since', async () => {
  const key = randomUUID();
  const first = await post({ key });
  await query(`update orders set status = 'reserved', version = 2 where id = $1`, [first.body.id]);

  assert.equal((await post({ key })).text, first.text);
});

test('an order of an unknown sku is refused with the sku, and its key can be used for a corrected one', async () => {
  const key = randomUUID();
  const before = await countRows(database);
  const { status, body, headers } = await post({
    key,
    body: {
      ...ORDER,
      lines: [...ORDER.lines, { sku: 'UNICORN', quantity: 1 }, { sku: 'DRAGON', quantity: 1 }],
    },
  });

  assert.equal(status, 422);
  assert.equal(typeOf(body), 'unknown-product');
  assert.match(body.detail, /UNICORN.*DRAGON/);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.deepEqual({ ...(await countRows(database)), outbox: 0 }, { ...before, outbox: 0 });
  assert.equal((await post({ key })).status, 201);
});

test('an order in two currencies is refused, and its key can be used for a corrected one', async () => {
  const key = randomUUID();
  const { status, body } = await post({
    key,
    body: { ...ORDER, lines: [...ORDER.lines, { sku: 'LAPTOP', quantity: 1 }] },
  });

  assert.equal(status, 422);
  assert.equal(typeOf(body), 'mixed-currencies');
  assert.equal((await post({ key })).status, 201);
});
