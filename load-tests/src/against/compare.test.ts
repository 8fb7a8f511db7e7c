import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from './compare.ts';

test('figures are compared round by round, and the spread is that of the ratios', () => {
  const [comparison, ...others] = compare([
    { that: { ms: 100 }, this: { ms: 50 } },
    { that: { ms: 400 }, this: { ms: 300 } },
    { that: { ms: 200 }, this: { ms: 110 } },
  ]);
  assert.deepEqual(others, []);
  assert.deepEqual(comparison, {
    figure: 'ms',
    that: 200,
    this: 110,
    ratio: { median: 0.55, lowest: 0.5, highest: 0.75 },
    rounds: 3,
  });
});

test('a figure that only one commit has is left out, and so is a round that is not valid', () => {
  const comparisons = compare([
    { that: { old: 1, both: 2 }, this: { new: 3, both: 1 } },
    { that: {}, this: { both: 9 } },
  ]);
  assert.deepEqual(
    comparisons.map(({ figure, rounds, ratio }) => [figure, rounds, ratio.median]),
    [['both', 1, 0.5]],
  );
});

test('the median of an even number of rounds is the mean of the two in the middle', () => {
  const rounds = [10, 40, 20, 30].map((ms) => ({ that: { ms: 10 }, this: { ms } }));
  assert.equal(compare(rounds)[0]?.ratio.median, 2.5);
});

test('a figure of zero has no ratio', () => {
  assert.deepEqual(compare([{ that: { writes: 0 }, this: { writes: 0 } }]), []);
});
