import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Change, release, reserve, type Stock, sell } from './stock.ts';

const stockOf = (sku: string, available: number): Stock => ({
  sku,
  available,
  reserved: 0,
  sold: 0,
  restocked: available,
});

type Line = { sku: string; quantity: number };
const wants = (orderId: string, ...lines: [string, number][]) => ({
  orderId,
  lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
});

test('an order whose lines are all available reserves them', () => {
  const { decisions, changes } = reserve(
    [wants('one', ['KEYBOARD', 2], ['MOUSE', 1])],
    [stockOf('KEYBOARD', 5), stockOf('MOUSE', 1)],
  );

  assert.deepEqual(decisions, [{ orderId: 'one', missing: [] }]);
  assert.deepEqual(changes, [
    { sku: 'KEYBOARD', available: -2, reserved: 2, sold: 0 },
    { sku: 'MOUSE', available: -1, reserved: 1, sold: 0 },
  ]);
});

test('an order with one line out of stock reserves nothing, and names all that is missing', () => {
  const { decisions, changes } = reserve(
    [wants('one', ['KEYBOARD', 2], ['MOUSE', 9], ['UNICORN', 1])],
    [stockOf('KEYBOARD', 5), stockOf('MOUSE', 8)],
  );

  assert.deepEqual(decisions, [
    {
      orderId: 'one',
      missing: [
        { sku: 'MOUSE', requested: 9, available: 8 },
        { sku: 'UNICORN', requested: 1, available: 0 },
      ],
    },
  ]);
  assert.deepEqual(changes, []);
});

test('of two orders for the last unit the first gets it', () => {
  const { decisions, changes } = reserve(
    [wants('first', ['LAST-ONE', 1]), wants('second', ['LAST-ONE', 1])],
    [stockOf('LAST-ONE', 1)],
  );

  assert.deepEqual(
    decisions.map(({ orderId, missing }) => [orderId, missing.length]),
    [
      ['first', 0],
      ['second', 1],
    ],
  );
  assert.deepEqual(changes, [{ sku: 'LAST-ONE', available: -1, reserved: 1, sold: 0 }]);
});

test('an order that is rejected leaves its stock to the next', () => {
  const { decisions } = reserve(
    [wants('greedy', ['MOUSE', 1], ['KEYBOARD', 9]), wants('modest', ['MOUSE', 1])],
    [stockOf('MOUSE', 1), stockOf('KEYBOARD', 8)],
  );

  assert.deepEqual(
    decisions.map(({ missing }) => missing.map(({ sku }) => sku)),
    [['KEYBOARD'], []],
  );
});

test('many orders make one change for each sku, in the order of the skus', () => {
  const { changes } = reserve(
    [wants('one', ['MOUSE', 1], ['KEYBOARD', 2]), wants('two', ['KEYBOARD', 3])],
    [stockOf('KEYBOARD', 9), stockOf('MOUSE', 9)],
  );

  assert.deepEqual(
    changes.map(({ sku, reserved }) => [sku, reserved]),
    [
      ['KEYBOARD', 5],
      ['MOUSE', 1],
    ],
  );
});

test('released units are available again, and sold ones are not', () => {
  const lines = [
    { sku: 'MOUSE', quantity: 1 },
    { sku: 'MOUSE', quantity: 2 },
  ];

  assert.deepEqual(release(lines), [{ sku: 'MOUSE', available: 3, reserved: -3, sold: 0 }]);
  assert.deepEqual(sell(lines), [{ sku: 'MOUSE', available: 0, reserved: -3, sold: 3 }]);
});

test('no orders change nothing', () => {
  assert.deepEqual(reserve([], [stockOf('MOUSE', 1)]), { decisions: [], changes: [] });
  assert.deepEqual([release([]), sell([])], [[], []]);
});

const skus = ['A', 'B', 'C'];
const orderLines = fc.uniqueArray(
  fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 8 }) }),
  { minLength: 1, selector: ({ sku }) => sku },
);
const steps = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('reserve'), orders: fc.array(orderLines, { maxLength: 4 }) }),
    fc.record({ does: fc.constantFrom('release', 'sell'), which: fc.nat() }),
  ),
  { maxLength: 30 },
);

function apply(stock: Stock[], changes: Change[]): Stock[] {
  return stock.map((each) => {
    const change = changes.find(({ sku }) => sku === each.sku);
    if (!change) return each;
    const { available, reserved, sold } = change;
    return {
      ...each,
      available: each.available + available,
      reserved: each.reserved + reserved,
      sold: each.sold + sold,
    };
  });
}

test('for any reservations, releases and sales, no unit is lost or added, and nothing falls below zero', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }), (all, first) => {
      let stock = skus.map((sku, index) => stockOf(sku, first[index] ?? 0));
      const open: Line[][] = [];
      for (const step of all) {
        if ('orders' in step) {
          const wanted = step.orders.map((lines, index) => ({ orderId: String(index), lines }));
          const { decisions, changes } = reserve(wanted, stock);
          stock = apply(stock, changes);
          open.push(...step.orders.filter((_, index) => decisions[index]?.missing.length === 0));
        } else if (open.length > 0) {
          const [lines = []] = open.splice(step.which % open.length, 1);
          stock = apply(stock, step.does === 'sell' ? sell(lines) : release(lines));
        }
        for (const { sku, available, reserved, sold, restocked } of stock) {
          assert.equal(available + reserved + sold, restocked, sku);
          assert.ok(Math.min(available, reserved, sold) >= 0, sku);
          const held = open.flat().filter((line) => line.sku === sku);
          assert.equal(
            reserved,
            held.reduce((sum, { quantity }) => sum + quantity, 0),
          );
        }
      }
    }),
  );
});
