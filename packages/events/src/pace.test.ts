import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from './pace.ts';

const PACE_MS = 40;
// Timers may fire up to a millisecond early.
const ALMOST_MS = PACE_MS - 1;

test('turns that follow one another begin no sooner than the pace', async () => {
  const pace = createPace(PACE_MS);
  const begins: number[] = [];
  for (let turn = 0; turn < 4; turn++) await pace.turn(async () => void begins.push(performance.now()));

  const gaps = begins.slice(1).map((at, index) => at - (begins[index] as number));
  assert.ok(
    gaps.every((gap) => gap >= ALMOST_MS),
    `${gaps}`,
  );
});

test('a turn begins at once, and one that took long enough is followed by no rest', async (t) => {
  const pace = createPace(PACE_MS);
  t.mock.method(performance, 'now', () => clock);
  let clock = 0;
  let hasBegun = false;

  const turn = pace.turn(async () => {
    hasBegun = true;
    clock = PACE_MS;
    return 'done';
  });

  assert.equal(hasBegun, true);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  assert.equal(await turn, 'done');
});

test('a turn that fails is thrown at once, without a rest', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pace = createPace(PACE_MS);

  await assert.rejects(
    pace.turn(async () => {
      throw new Error('no');
    }),
    /no/,
  );
});

test('the rest that is under way ends with the pace, and so do all that come', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pace = createPace(PACE_MS);
  const turn = pace.turn(async () => 1);
  await Promise.resolve();

  pace.end();

  assert.equal(await turn, 1);
  assert.equal(await pace.turn(async () => 2), 2);
});
