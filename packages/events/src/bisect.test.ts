import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bisect } from './bisect.ts';

/** Bisects numbers of which some are bad. Returns the numbers that passed, and those that were isolated. */
async function bisected(numbers: number[], bad: Set<number>) {
  const [passed, isolated]: [number[], number[]] = [[], []];
  let runs = 0;
  await bisect(numbers, {
    run: async (some) => {
      runs++;
      if (some.some((each) => bad.has(each))) throw new Error('one of them is bad');
      passed.push(...some);
    },
    isolate: async (each) => void isolated.push(each),
    isTransient: () => false,
  });
  return { passed, isolated, runs };
}

test('each item passes once or is isolated once, in order', async () => {
  const numbers = fc.uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.func(fc.boolean()), async (given, isBad) => {
      const bad = new Set(given.filter((each) => isBad(each)));
      const { passed, isolated } = await bisected(given, bad);

      assert.deepEqual(
        passed,
        given.filter((each) => !bad.has(each)),
      );
      assert.deepEqual(
        isolated,
        given.filter((each) => bad.has(each)),
      );
    }),
  );
});

test('one bad item among two hundred is isolated within seventeen runs', async () => {
  const { isolated, runs } = await bisected([...Array(200).keys()], new Set([137]));

  assert.deepEqual(isolated, [137]);
  assert.ok(runs <= 17, `${runs} runs`);
});

test('a transient error is thrown, and no item is isolated', async () => {
  const down = new Error('down');
  const run = async () => {
    throw down;
  };
  const isolate = async () => assert.fail('no item is bad');

  await assert.rejects(bisect([1, 2], { run, isolate, isTransient: (error) => error === down }), down);
});
