import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestSustained, isSearchOver, isSustained } from './search.ts';

const loops = (...p99s: number[]) =>
  p99s.map((p99, index) => ({ rate: 20 * 2 ** index, refused: 0, confirmed: { p99 } }));

test('a rate is borne when all orders are taken, and 99 of 100 confirmed within half a second', () => {
  const [inTime, late, none] = loops(500, 500.1, Number.NaN);
  assert.equal(inTime && isSustained(inTime), true);
  assert.equal(inTime && isSustained({ ...inTime, refused: 1 }), false);
  assert.equal(late && isSustained(late), false);
  assert.equal(none && isSustained(none), false);
});

test('the most that is borne is the highest rate of all, also beyond one that was not', () => {
  assert.equal(highestSustained(loops(100, 600, 400, 700)), 80);
  assert.equal(highestSustained(loops(600, 700)), undefined);
});

test('the search is over after two in a row', () => {
  assert.equal(isSearchOver(loops(600)), false);
  assert.equal(isSearchOver(loops(100, 600)), false);
  assert.equal(isSearchOver(loops(100, 600, 400, 700)), false);
  assert.equal(isSearchOver(loops(100, 600, 700)), true);
});
