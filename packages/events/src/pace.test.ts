import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createPace } from './pace.ts';

const PACE_MS = 40;

test('a turn is over when the next may begin: so long after its beginning, however much of it the work took', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  const pace = createPace(PACE_MS);
  let isOver = false;

  const turn = pace.turn(async () => {
    clock = 15;
  });
  void turn.then(() => {
    isOver = true;
  });
  await setImmediate();
  t.mock.timers.tick(PACE_MS - 15 - 1);
  await setImmediate();
  assert.equal(isOver, false);

  t.mock.timers.tick(1);
  await turn;
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
