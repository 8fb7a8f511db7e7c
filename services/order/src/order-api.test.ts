import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderBody, OrderId, OrderQuery } from './order-api.ts';

const GOOD = { lines: [{ sku: 'KEYBOARD', quantity: 2 }], paymentToken: 'tok_ok' };
const linesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sku: `S-${index}`, quantity: 1 }));
const withLine = (line: object) => ({ ...GOOD, lines: [{ sku: 'KEYBOARD', quantity: 2, ...line }] });
const metadataOf = (bytes: number) => ({ note: 'x'.repeat(bytes - '{"note":""}'.length) });

const GOOD_BODIES: [string, unknown][] = [
  ['one line', GOOD],
  ['fifty lines', { ...GOOD, lines: linesOf(50) }],
  ['the least quantity', withLine({ quantity: 1 })],
  ['the largest quantity', withLine({ quantity: 1_000 })],
  ['the longest sku', withLine({ sku: 'A'.repeat(64) })],
  ['the shortest payment token', { ...GOOD, paymentToken: 'tok_1' }],
  ['the longest payment token', { ...GOOD, paymentToken: `tok_${'a'.repeat(64)}` }],
  ['metadata of just 4 KB', { ...GOOD, metadata: metadataOf(4_096) }],
];

for (const [what, body] of GOOD_BODIES) {
  test(`an order of ${what} can be placed`, () => assert.ok(OrderBody.safeParse(body).success));
}

/** The fault, the body, and the place that the response names. */
const BAD_BODIES: [string, unknown, string][] = [
  ['no body', undefined, ''],
  ['null', null, ''],
  ['a list', [], ''],
  ['no lines', { paymentToken: 'tok_ok' }, 'lines'],
  ['lines that are no list', { ...GOOD, lines: {} }, 'lines'],
  ['an empty list of lines', { ...GOOD, lines: [] }, 'lines'],
  ['51 lines', { ...GOOD, lines: linesOf(51) }, 'lines'],
  ['one sku twice', { ...GOOD, lines: [...GOOD.lines, ...GOOD.lines] }, 'lines'],
  ['a line that is null', { ...GOOD, lines: [null] }, 'lines.0'],
  ['quantity 0', withLine({ quantity: 0 }), 'lines.0.quantity'],
  ['a negative quantity', withLine({ quantity: -1 }), 'lines.0.quantity'],
  ['half a unit', withLine({ quantity: 1.5 }), 'lines.0.quantity'],
  ['quantity 1001', withLine({ quantity: 1_001 }), 'lines.0.quantity'],
  ['a quantity as text', withLine({ quantity: '2' }), 'lines.0.quantity'],
  ['a quantity that is true', withLine({ quantity: true }), 'lines.0.quantity'],
  ['no quantity', withLine({ quantity: undefined }), 'lines.0.quantity'],
  ['an empty sku', withLine({ sku: '' }), 'lines.0.sku'],
  ['a sku in lower case', withLine({ sku: 'keyboard' }), 'lines.0.sku'],
  ['a sku that begins with -', withLine({ sku: '-A' }), 'lines.0.sku'],
  ['a sku that is too long', withLine({ sku: 'A'.repeat(65) }), 'lines.0.sku'],
  ['a sku that is a number', withLine({ sku: 1 }), 'lines.0.sku'],
  ['a price of its own', withLine({ unitPriceCents: 1 }), 'lines.0'],
  ['no payment token', { lines: GOOD.lines }, 'paymentToken'],
  ['a payment token that is none', { ...GOOD, paymentToken: '4242424242424242' }, 'paymentToken'],
  ['an empty payment token', { ...GOOD, paymentToken: 'tok_' }, 'paymentToken'],
  ['a payment token that is too long', { ...GOOD, paymentToken: `tok_${'a'.repeat(65)}` }, 'paymentToken'],
  ['a payment token with a line break', { ...GOOD, paymentToken: 'tok_ok\n' }, 'paymentToken'],
  ['metadata that is text', { ...GOOD, metadata: 'x' }, 'metadata'],
  ['metadata that is a list', { ...GOOD, metadata: [] }, 'metadata'],
  ['metadata that is null', { ...GOOD, metadata: null }, 'metadata'],
  ['metadata of more than 4 KB', { ...GOOD, metadata: metadataOf(4_097) }, 'metadata'],
  ['a customer of its choice', { ...GOOD, customerId: 'c' }, ''],
  ['a status of its choice', { ...GOOD, status: 'confirmed' }, ''],
];

for (const [what, body, place] of BAD_BODIES) {
  test(`an order with ${what} is refused, and the place is named`, () => {
    const result = OrderBody.safeParse(body);

    assert.deepEqual(
      result.error?.issues.map(({ path }) => path.join('.')),
      [place],
    );
  });
}

test('metadata left out is an empty object', () => {
  assert.deepEqual(OrderBody.parse(GOOD).metadata, {});
});

test('an id is a uuid, in lower or upper case', () => {
  for (const id of ['0198c5a0-0000-7000-8000-000000000001', '0198C5A0-0000-7000-8000-00000000000A'])
    assert.ok(OrderId.safeParse({ id }).success, id);
  for (const id of [
    '',
    '1',
    'x',
    '0198c5a0000070008000000000000001',
    '{0198c5a0-0000-7000-8000-000000000001}',
  ])
    assert.ok(!OrderId.safeParse({ id }).success, id);
});

test('a list can be filtered by each status, and by nothing else', () => {
  for (const status of ['placed', 'reserved', 'confirmed', 'cancelled'])
    assert.ok(OrderQuery.safeParse({ status }).success, status);
  for (const query of [
    { status: 'lost' },
    { status: '' },
    { status: ['placed', 'reserved'] },
    { state: 'placed' },
  ])
    assert.ok(!OrderQuery.safeParse(query).success, JSON.stringify(query));
});
