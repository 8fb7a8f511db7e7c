import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../../src/generator/mix.ts';
import { assortmentOf, planOrder } from './plan.ts';

const assortment = assortmentOf('RUN1');
const plan = (seed: number, count: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => planOrder(assortment, 3, random));
};

test('two orders of a hundred contain a sold-out product, five are declined', () => {
  const orders = plan(1, 20_000);
  const share = (outcome: string) =>
    orders.filter((order) => order.outcome === outcome).length / orders.length;
  assert.ok(Math.abs(share('out-of-stock') - 0.02) < 0.005);
  assert.ok(Math.abs(share('payment-declined') - 0.05) < 0.01);
});

test('each order has two lines with two products of its run, and the right total', () => {
  const prices = new Map(
    [...assortment.products, assortment.soldOut].map((one) => [one.sku, one.priceCents]),
  );
  for (const { lines, totalCents, customer } of plan(2, 1_000)) {
    assert.equal(new Set(lines.map(({ sku }) => sku)).size, 2);
    assert.ok(lines.every(({ sku }) => sku.startsWith('LOAD-RUN1-')));
    const cents = lines.map(({ sku, quantity }) => quantity * (prices.get(sku) ?? Number.NaN));
    assert.equal(
      totalCents,
      cents.reduce((sum, each) => sum + each),
    );
    assert.equal(customer, 3);
  }
});
