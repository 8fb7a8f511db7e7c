import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createPace } from './pace.ts';

const TURN_MS = 40;
const STRICT = { turnMs: TURN_MS, withoutRest: 1 };

/** A pace and its clock, which the test moves. */
function start(t: TestContext, given: { turnMs: number; withoutRest: number }) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { now: 0 };
  t.mock.method(performance, 'now', () => clock.now);
  return { pace: createPace(given), clock };
}

/** Runs a turn whose work takes `workMs`; returns how long it rests afterwards. */
async function restAfter(
  t: TestContext,
  { pace, clock }: ReturnType<typeof start>,
  workMs = 0,
): Promise<number> {
  let isOver = false;
  const turn = pace.turn(async () => {
    clock.now += workMs;
  });
  void turn.then(() => {
    isOver = true;
  });
  await setImmediate();
  let restMs = 0;
  for (; !isOver; restMs++) {
    clock.now++;
    t.mock.timers.tick(1);
    await setImmediate();
  }
  return restMs;
}

test('a turn ends when the next may begin: a fixed time after its beginning, however long its work took', async (t) => {
  const started = start(t, STRICT);

  assert.equal(await restAfter(t, started, 15), TURN_MS - 15);
  assert.equal(await restAfter(t, started, TURN_MS + 5), 0);
  assert.equal(await restAfter(t, started), TURN_MS);
});

test('after a pause a few turns follow one another without a rest, then they keep the pace', async (t) => {
  const started = start(t, { turnMs: TURN_MS, withoutRest: 3 });
  const rests: number[] = [];

  for (let turn = 0; turn < 5; turn++) rests.push(await restAfter(t, started, 5));
  assert.deepEqual(rests, [0, 0, TURN_MS - 15, TURN_MS - 5, TURN_MS - 5]);

  started.clock.now += 10 * TURN_MS;
  assert.deepEqual([await restAfter(t, started), await restAfter(t, started)], [0, 0]);
  assert.equal(await restAfter(t, started), TURN_MS);
});

test('a turn begins at once, and a long one is not followed by a rest', async (t) => {
  const pace = createPace(STRICT);
  t.mock.method(performance, 'now', () => clock);
  let clock = 0;
  let hasBegun = false;

  const turn = pace.turn(async () => {
    hasBegun = true;
    clock = TURN_MS;
    return 'done';
  });

  assert.equal(hasBegun, true);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  assert.equal(await turn, 'done');
});

test('the error of a turn is thrown at once, without a rest', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pace = createPace(STRICT);

  await assert.rejects(
    pace.turn(async () => {
      throw new Error('no');
    }),
    /no/,
  );
});

test('end() ends the current rest and all later ones', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pace = createPace(STRICT);
  const turn = pace.turn(async () => 1);
  await Promise.resolve();

  pace.end();

  assert.equal(await turn, 1);
  assert.equal(await pace.turn(async () => 2), 2);
});
