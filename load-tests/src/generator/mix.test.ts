import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOrder, products, randomFrom } from './mix.ts';

const plan = (seed: number, count: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => planOrder(random, 20));
};

test('a fifth of all lines order the hot product, two orders of a hundred a sold-out one, five are declined', () => {
  const orders = plan(1, 20_000);
  const lines = orders.flatMap((order) => order.lines);
  const share = (part: unknown[], whole: unknown[]) => part.length / whole.length;
  const ending = (outcome: string) => orders.filter((order) => order.outcome === outcome);
  const hot = lines.filter((line) => line.sku === 'HOT');
  assert.ok(Math.abs(share(hot, lines) - 0.2) < 0.01);
  assert.ok(Math.abs(share(ending('out-of-stock'), orders) - 0.02) < 0.005);
  assert.ok(Math.abs(share(ending('payment-declined'), orders) - 0.05) < 0.01);
});

test('each order has three lines with three listed products, and the right total', () => {
  const prices = new Map(products.map(({ sku, priceCents }) => [sku, priceCents]));
  for (const { lines, totalCents } of plan(2, 1_000)) {
    assert.equal(new Set(lines.map((line) => line.sku)).size, 3);
    const cents = lines.map(({ sku, quantity }) => quantity * (prices.get(sku) ?? Number.NaN));
    assert.equal(
      totalCents,
      cents.reduce((sum, each) => sum + each),
    );
  }
});

test('the same seed plans the same orders', () => {
  assert.deepEqual(plan(3, 50), plan(3, 50));
  assert.notDeepEqual(plan(3, 50), plan(4, 50));
});
