import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Answer, call, countRows } from '@repo/testing';
import { customer, database, get, identity, newCustomer, ORDER, post, url } from './order-service.ts';

const withLine = (line: object) => ({ ...ORDER, lines: [{ sku: 'KEYBOARD', quantity: 2, ...line }] });
const linesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sku: `S-${index}`, quantity: 1 }));
const text = JSON.stringify(ORDER);

async function sendFull(headers: Record<string, string>) {
  return call(`${url}/v1/orders`, 'POST', { body: ORDER, token: customer.token, headers });
}

/** The fault of a request to place an order, its response, and the place that is named. */
const BAD_ORDERS: [string, string, () => Promise<Answer>, string?][] = [
  ['without a body', '400 invalid-request', () => post({ body: '' })],
  ['whose JSON is cut off', '400 invalid-request', () => post({ body: text.slice(0, -1) })],
  ['that is no JSON at all', '400 invalid-request', () => post({ body: 'lines=KEYBOARD' })],
  ['that is null', '400 invalid-request', () => post({ body: 'null' })],
  ['that is a list', '400 invalid-request', () => post({ body: [ORDER] })],
  [
    'in bytes that are no UTF-8',
    '400 invalid-request',
    () => post({ body: Buffer.from([0x7b, 0xff, 0x7d]) }),
  ],
  [
    'with an unknown property',
    '400 invalid-request',
    () => post({ body: { ...ORDER, rush: true } }),
    '/rush',
  ],
  [
    'with an unknown property in a line',
    '400 invalid-request',
    () => post({ body: withLine({ price: 1 }) }),
    '/lines/0/price',
  ],
  [
    'with "2" for 2',
    '400 invalid-request',
    () => post({ body: withLine({ quantity: '2' }) }),
    '/lines/0/quantity',
  ],
  ['of nothing', '400 invalid-request', () => post({ body: { ...ORDER, lines: [] } }), '/lines'],
  ['of 51 lines', '400 invalid-request', () => post({ body: { ...ORDER, lines: linesOf(51) } }), '/lines'],
  [
    'with a sku twice',
    '400 invalid-request',
    () => post({ body: { ...ORDER, lines: [...ORDER.lines, ...ORDER.lines] } }),
    '/lines',
  ],
  [
    'of quantity 0',
    '400 invalid-request',
    () => post({ body: withLine({ quantity: 0 }) }),
    '/lines/0/quantity',
  ],
  [
    'of quantity -1',
    '400 invalid-request',
    () => post({ body: withLine({ quantity: -1 }) }),
    '/lines/0/quantity',
  ],
  [
    'of quantity 1.5',
    '400 invalid-request',
    () => post({ body: withLine({ quantity: 1.5 }) }),
    '/lines/0/quantity',
  ],
  [
    'of quantity 1001',
    '400 invalid-request',
    () => post({ body: withLine({ quantity: 1001 }) }),
    '/lines/0/quantity',
  ],
  [
    'of quantity 1e999',
    '400 invalid-request',
    () => post({ body: text.replace('"quantity":2', '"quantity":1e999') }),
  ],
  [
    'with U+0000 in a value',
    '400 invalid-request',
    () => post({ body: { ...ORDER, metadata: { note: 'a\0b' } } }),
    '/metadata/note',
  ],
  [
    'with U+0000 in a name',
    '400 invalid-request',
    () => post({ body: { ...ORDER, metadata: { 'a\0b': 1 } } }),
  ],
  [
    'with a lone surrogate',
    '400 invalid-request',
    () => post({ body: text.replace('tok_ok', 'tok_\\ud800') }),
  ],
  [
    'with __proto__',
    '400 invalid-request',
    () => post({ body: `{"__proto__":{"admin":true},${text.slice(1)}` }),
  ],
  [
    'with __proto__ deep inside',
    '400 invalid-request',
    () => post({ body: `{"metadata":{"a":{"__proto__":{}}},${text.slice(1)}` }),
  ],
  [
    'nested a thousand levels deep',
    '400 invalid-request',
    () => post({ body: `{"metadata":${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)},${text.slice(1)}` }),
  ],
  [
    'with metadata of 5 KB',
    '400 invalid-request',
    () => post({ body: { ...ORDER, metadata: { note: 'x'.repeat(5_000) } } }),
    '/metadata',
  ],
  [
    'with a card number for a token',
    '400 invalid-request',
    () => post({ body: { ...ORDER, paymentToken: '4242424242424242' } }),
    '/paymentToken',
  ],
  [
    'with a query',
    '400 invalid-request',
    () => call(`${url}/v1/orders?rush=1`, 'POST', { token: customer.token, key: randomUUID(), body: ORDER }),
    '/rush',
  ],
  [
    'of 65 KB',
    '413 payload-too-large',
    () => post({ body: { ...ORDER, metadata: { note: 'x'.repeat(65 * 1024) } } }),
  ],
  [
    'of 2 MB',
    '413 payload-too-large',
    () => post({ body: { ...ORDER, metadata: { note: 'x'.repeat(2 * 1024 * 1024) } } }),
  ],
  ['as plain text', '415 unsupported-media-type', () => post({ headers: { 'content-type': 'text/plain' } })],
  [
    'as a form',
    '415 unsupported-media-type',
    () => post({ headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  ],
  ['without a key', '400 idempotency-key-missing', () => sendFull({})],
  ['with an empty key', '400 idempotency-key-invalid', () => sendFull({ 'idempotency-key': '' })],
  ['with a key of two quotes', '400 idempotency-key-invalid', () => sendFull({ 'idempotency-key': '""' })],
  [
    'with a key of 256 characters',
    '400 idempotency-key-invalid',
    () => sendFull({ 'idempotency-key': 'x'.repeat(256) }),
  ],
  ['with a space in its key', '400 idempotency-key-invalid', () => sendFull({ 'idempotency-key': 'a b' })],
  ['with a key beyond ASCII', '400 idempotency-key-invalid', () => sendFull({ 'idempotency-key': 'clé' })],
  [
    'without a token',
    '401 unauthenticated',
    () => call(`${url}/v1/orders`, 'POST', { key: randomUUID(), body: ORDER }),
  ],
];

for (const [what, expected, send, place] of BAD_ORDERS) {
  test(`an order ${what} gets ${expected} and changes nothing`, async () => {
    await leavesNothing(expected, send, place);
  });
}

for (const [how, token] of Object.entries(await identity.wrongTokens())) {
  test(`an order with a token ${how} gets 401 and changes nothing`, async () => {
    const { headers } = await leavesNothing('401 unauthenticated', () => post({ token }));

    assert.match(headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
  });
}

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const ID = '0198c5a0-0000-7000-8000-000000000001';

/** A request, and its response. */
const BAD_READS: [string, string, string][] = [
  ['an order whose id is no UUID', '/v1/orders/1', '400 invalid-request'],
  ['an order whose id holds U+0000', `/v1/orders/${ID}%00`, '400 invalid-request'],
  ['an order whose id cannot be decoded', '/v1/orders/%E0%A4%A', '400 invalid-request'],
  ['an unknown order', `/v1/orders/${ID}`, '404 not-found'],
  ['an order with a query', `/v1/orders/${ID}?full=1`, '400 invalid-request'],
  ['a path that is not there', '/v1/order', '404 not-found'],
  ['none at all', '/v1/orders?limit=0', '400 invalid-request'],
  ['a hundred and one', '/v1/orders?limit=101', '400 invalid-request'],
  ['abc of them', '/v1/orders?limit=abc', '400 invalid-request'],
  ['an empty limit', '/v1/orders?limit=', '400 invalid-request'],
  ['two limits', '/v1/orders?limit=1&limit=2', '400 invalid-request'],
  ['two statuses', '/v1/orders?status=placed&status=placed', '400 invalid-request'],
  ['a status that is none', '/v1/orders?status=lost', '400 invalid-request'],
  ['an unknown parameter', '/v1/orders?sort=total', '400 invalid-request'],
  ['what comes after nonsense', '/v1/orders?after=nonsense', '400 invalid-request'],
  ['what comes after something else', `/v1/orders?after=${cursorOf({ id: ID })}`, '400 invalid-request'],
  [
    'a page after half a cursor',
    `/v1/orders?after=${cursorOf(['2026-01-02T03:04:05.678Z'])}`,
    '400 invalid-request',
  ],
  [
    'a page after an SQL statement',
    `/v1/orders?after=${cursorOf([`'; drop table orders; --`, ID])}`,
    '400 invalid-request',
  ],
  ['what comes after U+0000', '/v1/orders?after=%00', '400 invalid-request'],
];

for (const [what, path, expected] of BAD_READS) {
  test(`a request for ${what} gets ${expected}`, async () => {
    await leavesNothing(expected, () => get(path));
  });
}

test("another customer's order gets the same 404 as an unknown one", async () => {
  const stranger = await newCustomer();
  const { body } = await post({ token: stranger.token });

  const response = await get(`/v1/orders/${body.id}`);

  assert.equal(statusOf(response), '404 not-found');
  const unknown = await get(`/v1/orders/${ID}`);
  assert.equal(response.body.detail, unknown.body.detail);
});

test('a method that a path does not have gets 405 with the methods that it has', async () => {
  const response = await call(`${url}/v1/orders`, 'PUT', { body: ORDER });

  assert.equal(statusOf(response), '405 method-not-allowed');
  assert.deepEqual(response.headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD', 'POST']);
});

function statusOf({ status, body }: Answer): string {
  return `${status} ${body?.type?.split('/').at(-1)}`;
}

async function leavesNothing(expected: string, send: () => Promise<Answer>, place?: string): Promise<Answer> {
  const before = await countRows(database);
  const response = await send();

  assert.equal(statusOf(response), expected);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.match(response.body.traceId, /^[0-9a-f]{32}$/);
  assert.ok(response.headers.get('x-request-id'));
  if (place !== undefined)
    assert.deepEqual(
      response.body.errors.map((error: { path: string }) => error.path),
      [place],
    );
  assert.deepEqual(await countRows(database), before);
  return response;
}
