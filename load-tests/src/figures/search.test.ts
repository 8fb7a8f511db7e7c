import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestSustained, isSearchOver, isSustained } from './search.ts';

const loops = (...p99s: number[]) =>
  p99s.map((p99, index) => ({ rate: 20 * 2 ** index, refused: 0, confirmed: { p99 } }));

test('a rate is sustained when all orders are accepted, and 99 of 100 confirmed within half a second', () => {
  const [inTime, late, none] = loops(500, 500.1, Number.NaN);
  assert.equal(inTime && isSustained(inTime), true);
  assert.equal(inTime && isSustained({ ...inTime, refused: 1 }), false);
  assert.equal(late && isSustained(late), false);
  assert.equal(none && isSustained(none), false);
});

test('the highest sustained rate may be above a rate that was not sustained', () => {
  assert.equal(highestSustained(loops(100, 600, 400, 700)), 80);
  assert.equal(highestSustained(loops(600, 700)), undefined);
});

test('the search ends after two rates in a row that are not sustained', () => {
  assert.equal(isSearchOver(loops(600)), false);
  assert.equal(isSearchOver(loops(100, 600)), false);
  assert.equal(isSearchOver(loops(100, 600, 400, 700)), false);
  assert.equal(isSearchOver(loops(100, 600, 700)), true);
});
