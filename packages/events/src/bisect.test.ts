import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bisect } from './bisect.ts';

/** Runs numbers, of which some cannot be run; the runs that passed, and those that were isolated. */
async function bisected(numbers: number[], bad: Set<number>) {
  const [passed, isolated]: [number[], number[]] = [[], []];
  let runs = 0;
  await bisect(numbers, {
    run: async (some) => {
      runs++;
      if (some.some((one) => bad.has(one))) throw new Error('one of them is bad');
      passed.push(...some);
    },
    isolate: async (one) => void isolated.push(one),
    isTransient: () => false,
  });
  return { passed, isolated, runs };
}

test('each item passes once or is isolated once, in order', async () => {
  const numbers = fc.uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.func(fc.boolean()), async (given, isBad) => {
      const bad = new Set(given.filter((one) => isBad(one)));
      const { passed, isolated } = await bisected(given, bad);

      assert.deepEqual(
        passed,
        given.filter((one) => !bad.has(one)),
      );
      assert.deepEqual(
        isolated,
        given.filter((one) => bad.has(one)),
      );
    }),
  );
});

test('one culprit among two hundred is found in some twenty runs', async () => {
  const { isolated, runs } = await bisected([...Array(200).keys()], new Set([137]));

  assert.deepEqual(isolated, [137]);
  assert.ok(runs <= 17, `${runs} runs`);
});

test('what may pass is thrown, and nobody is isolated for it', async () => {
  const away = new Error('away');
  const run = async () => {
    throw away;
  };
  const isolate = async () => assert.fail('nobody is at fault');

  await assert.rejects(bisect([1, 2], { run, isolate, isTransient: (error) => error === away }), away);
});
