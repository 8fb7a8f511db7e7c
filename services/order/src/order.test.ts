import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Advanced, advance, type Order, type Price, place } from './order.ts';
import { hasEnded, type Status, TRIGGERS, type Trigger } from './saga.ts';

const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:05:00.000Z');

const PRICES = new Map<string, Price>([
  ['KEYBOARD', { name: 'Keyboard', priceCents: 4_999, currency: 'EUR' }],
  ['MOUSE', { name: 'Mouse', priceCents: 1_950, currency: 'EUR' }],
  ['LAPTOP', { name: 'Laptop', priceCents: 99_900, currency: 'USD' }],
]);

function placeAt(prices: ReadonlyMap<string, Price>, lines: { sku: string; quantity: number }[]) {
  const request = { customerId: 'c', lines, paymentToken: 'tok_ok', metadata: { gift: true } };
  return place(request, prices, { id: 'o', at: AT, deadlineSeconds: 900 });
}

function orderThatIs(status: Status): Order {
  const order = placeAt(PRICES, [{ sku: 'KEYBOARD', quantity: 1 }]) as Order;
  return { ...order, status, ...(hasEnded({ status }) && { endedAt: AT, paymentToken: null }) };
}

// The saga once more, as sentences: each status, each trigger, and the result.
const SAGA: [Status, Trigger, string][] = [
  ['placed', 'stock.reserved', 'reserved'],
  ['placed', 'stock.rejected', 'cancelled, out-of-stock'],
  ['placed', 'payment.captured', 'alarm'],
  ['placed', 'payment.declined', 'alarm'],
  ['placed', 'payment.refunded', 'alarm'],
  ['placed', 'cancel', 'cancelled, customer'],
  ['placed', 'deadline', 'cancelled, deadline'],
  ['reserved', 'stock.reserved', 'ignore'],
  ['reserved', 'stock.rejected', 'alarm'],
  ['reserved', 'payment.captured', 'confirmed'],
  ['reserved', 'payment.declined', 'cancelled, payment-declined'],
  ['reserved', 'payment.refunded', 'alarm'],
  ['reserved', 'cancel', 'cancelled, customer'],
  ['reserved', 'deadline', 'cancelled, deadline'],
  ['confirmed', 'stock.reserved', 'ignore'],
  ['confirmed', 'stock.rejected', 'alarm'],
  ['confirmed', 'payment.captured', 'ignore'],
  ['confirmed', 'payment.declined', 'alarm'],
  ['confirmed', 'payment.refunded', 'alarm'],
  ['confirmed', 'cancel', 'ignore'],
  ['confirmed', 'deadline', 'ignore'],
  ['cancelled', 'stock.reserved', 'compensate'],
  ['cancelled', 'stock.rejected', 'ignore'],
  ['cancelled', 'payment.captured', 'compensate'],
  ['cancelled', 'payment.declined', 'ignore'],
  ['cancelled', 'payment.refunded', 'refunded'],
  ['cancelled', 'cancel', 'ignore'],
  ['cancelled', 'deadline', 'ignore'],
];

for (const [status, trigger, expected] of SAGA) {
  test(`an order that is ${status} receives ${trigger}: ${expected}`, () => {
    const next = advance(orderThatIs(status), trigger, LATER);

    assert.equal(inWords(next), expected);
  });
}

function inWords(next: Advanced): string {
  if (typeof next === 'string') return next;
  return next.refundedAt ? 'refunded' : [next.status, next.reason].filter(Boolean).join(', ');
}

test('the table above has every status with every trigger', () => {
  const pairs = SAGA.map(([status, trigger]) => `${status} ${trigger}`);

  assert.equal(new Set(pairs).size, 4 * TRIGGERS.length);
});

test('an order that advances keeps its payment token, and one that ends drops it and notes the time', () => {
  const reserved = advance(orderThatIs('placed'), 'stock.reserved', LATER) as Order;
  const confirmed = advance(reserved, 'payment.captured', LATER) as Order;
  const cancelled = advance(reserved, 'payment.declined', LATER) as Order;

  assert.deepEqual([reserved.paymentToken, reserved.endedAt], ['tok_ok', null]);
  for (const ended of [confirmed, cancelled])
    assert.deepEqual([ended.paymentToken, ended.endedAt], [null, LATER]);
});

test('an order is placed at the current prices, in version 1, with a deadline', () => {
  const order = placeAt(PRICES, [
    { sku: 'KEYBOARD', quantity: 2 },
    { sku: 'MOUSE', quantity: 3 },
  ]);

  assert.deepEqual(order, {
    id: 'o',
    customerId: 'c',
    status: 'placed',
    version: 1,
    lines: [
      { sku: 'KEYBOARD', name: 'Keyboard', quantity: 2, unitPriceCents: 4_999 },
      { sku: 'MOUSE', name: 'Mouse', quantity: 3, unitPriceCents: 1_950 },
    ],
    totalCents: 15_848,
    currency: 'EUR',
    paymentToken: 'tok_ok',
    metadata: { gift: true },
    placedAt: AT,
    changedAt: AT,
    deadlineAt: new Date('2026-01-02T03:19:05.678Z'),
    endedAt: null,
    reason: null,
    refundedAt: null,
  });
});

test('an order of unknown skus is refused, and each of them is named', () => {
  const refusal = placeAt(PRICES, [
    { sku: 'UNICORN', quantity: 1 },
    { sku: 'MOUSE', quantity: 1 },
    { sku: 'DRAGON', quantity: 1 },
  ]);

  assert.deepEqual(refusal, { refused: 'unknown-product', skus: ['UNICORN', 'DRAGON'] });
});

test('an order in two currencies is refused', () => {
  const refusal = placeAt(PRICES, [
    { sku: 'MOUSE', quantity: 1 },
    { sku: 'LAPTOP', quantity: 1 },
  ]);

  assert.deepEqual(refusal, { refused: 'mixed-currencies', currencies: ['EUR', 'USD'] });
});

test('for any triggers, versions rise by one and an ended order never changes again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TRIGGERS), { maxLength: 12 }), (triggers) => {
      let order = orderThatIs('placed');
      for (const trigger of triggers) {
        const next = advance(order, trigger, LATER);
        if (typeof next === 'string') continue;
        assert.equal(next.totalCents, order.totalCents);
        if (next.refundedAt) assert.deepEqual({ ...next, refundedAt: null }, order);
        else {
          assert.ok(!hasEnded(order), `${order.status} became ${next.status}`);
          assert.equal(next.version, order.version + 1);
        }
        order = next;
      }
      assert.equal(hasEnded(order), order.endedAt !== null);
      assert.equal(hasEnded(order), order.paymentToken === null);
      assert.equal(order.status === 'cancelled', order.reason !== null);
    }),
  );
});

test('for any lines, the total is their sum, in whole cents', () => {
  const line = fc.record({
    sku: fc.stringMatching(/^[A-Z]{1,4}$/),
    quantity: fc.integer({ min: 1, max: 1_000 }),
    priceCents: fc.integer({ min: 0, max: 100_000_000 }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { minLength: 1, maxLength: 50, selector: ({ sku }) => sku }),
      (lines) => {
        const prices = new Map(
          lines.map(({ sku, priceCents }) => [sku, { name: sku, priceCents, currency: 'EUR' }]),
        );

        const order = placeAt(prices, lines) as Order;

        const sum = lines.reduce((total, { quantity, priceCents }) => total + quantity * priceCents, 0);
        assert.equal(order.totalCents, sum);
        assert.ok(Number.isSafeInteger(order.totalCents));
        assert.deepEqual(
          order.lines.map(({ sku, quantity }) => [sku, quantity]),
          lines.map(({ sku, quantity }) => [sku, quantity]),
        );
      },
    ),
  );
});
