import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPastKnee, kneeOf, latencyOf, paceOf, percentile, type Step } from './figures.ts';

const steps = (...rates: number[]): Step[] =>
  rates.map((confirmedPerSecond, index) => ({
    connections: 2 ** index,
    confirmedPerSecond,
    confirmed: latencyOf([]),
  }));

test('a percentile is a measured value, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.equal(percentile(hundred, 0.5), 50);
  assert.equal(percentile(hundred, 0.99), 99);
  assert.equal(percentile(hundred, 1), 100);
  assert.equal(percentile([7], 0.01), 7);
  assert.equal(percentile([], 0.5), Number.NaN);
});

test('latencies are sorted as numbers, and the given list is not changed', () => {
  const given = [100, 9, 20];
  assert.deepEqual(latencyOf(given), { count: 3, p50: 20, p95: 100, p99: 100, max: 100 });
  assert.deepEqual(given, [100, 9, 20]);
});

test('the knee has the fewest connections among the steps within five percent of the best', () => {
  assert.equal(kneeOf(steps(100, 200, 390, 400, 398)).connections, 4);
  assert.equal(kneeOf(steps(100)).connections, 1);
  assert.throws(() => kneeOf([]));
});

test('two steps without a gain are past the knee, one may be chance', () => {
  assert.equal(isPastKnee(steps(100, 200, 201)), false);
  assert.equal(isPastKnee(steps(100, 200, 201, 190)), true);
  assert.equal(isPastKnee(steps(100, 200, 180, 240)), false);
});

test('orders that take equally long keep pace, orders that queue up do not', () => {
  const orders = (tookMs: (index: number) => number) =>
    Array.from({ length: 1_000 }, (_, index) => ({ dueAt: index * 10, endedAt: index * 10 + tookMs(index) }));
  assert.equal(paceOf(orders(() => 250)), 1);
  assert.ok(Math.abs(paceOf(orders((index) => (index % 100) * 5)) - 1) < 0.001);
  // Each order takes a millisecond longer than the one before: ten are due while nine end.
  assert.ok(Math.abs(paceOf(orders((index) => index)) - 10 / 11) < 0.001);
  assert.equal(paceOf([]), Number.NaN);
});
