import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';

test('the same seed gives the same numbers, and another seed gives others', () => {
  const numbers = (seed: number) => {
    const random = createRandom(seed);
    return [random.between(0, 1_000), ...random.shuffle([1, 2, 3, 4, 5, 6, 7, 8]), random.next()];
  };
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
});

test('numbers stay between their bounds, and reach them', () => {
  const random = createRandom(1);
  const found = new Set(Array.from({ length: 300 }, () => random.between(1, 6)));
  assert.deepEqual([...found].sort(), [1, 2, 3, 4, 5, 6]);
});
