import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile } from './quantile.ts';

const BOUNDS = [0.1, 0.5, 1];

for (const [what, share, buckets, expected] of [
  ['within the first bucket, from 0', 0.5, [4, 0, 0, 0], 0.05],
  ['within a middle bucket', 0.5, [1, 2, 1, 0], 0.3],
  ['at the end of a bucket', 0.5, [2, 0, 2, 0], 0.1],
  ['behind empty buckets', 0.99, [0, 0, 100, 0], 0.995],
  ['above all bounds, as the highest bound', 0.99, [1, 0, 0, 9], 1],
  ['of no values, unknown', 0.5, [0, 0, 0, 0], null],
] as const) {
  test(`a quantile ${what}`, () => {
    const value = quantile(share, BOUNDS, [...buckets]);
    if (expected === null || value === null) assert.equal(value, expected);
    else assert.ok(Math.abs(value - expected) < 1e-9, `${value}`);
  });
}

test('a histogram without bounds has no quantiles', () => {
  assert.equal(quantile(0.5, [], [3]), null);
});
