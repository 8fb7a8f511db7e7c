import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './rig/random.ts';
import { SCENARIOS, shortForm } from './scenarios.ts';

test('there are forty scenarios and more, each with a name of its own', () => {
  assert.ok(SCENARIOS.length >= 40);
  assert.equal(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length);
});

test('the short form has one of each kind', () => {
  const kinds = shortForm().map(({ kind }) => kind);
  assert.deepEqual(kinds.toSorted(), [...new Set(SCENARIOS.map(({ kind }) => kind))].sort());
  assert.equal(new Set(kinds).size, kinds.length);
});

test('the same seed throws the same dice, and another seed others', () => {
  const throws = (seed: number) => {
    const random = createRandom(seed);
    return [random.between(0, 1_000), ...random.shuffle([1, 2, 3, 4, 5, 6, 7, 8]), random.next()];
  };
  assert.deepEqual(throws(7), throws(7));
  assert.notDeepEqual(throws(7), throws(8));
});

test('dice stay between their bounds, and reach them', () => {
  const random = createRandom(1);
  const thrown = new Set(Array.from({ length: 300 }, () => random.between(1, 6)));
  assert.deepEqual([...thrown].sort(), [1, 2, 3, 4, 5, 6]);
});
