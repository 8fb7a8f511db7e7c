import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryFor } from './try-for.ts';

/** Work that fails so many times before it works. */
function failing(times: number) {
  const work = { tries: 0, run: async () => {} };
  work.run = async () => {
    if (++work.tries <= times) throw new Error('not there yet');
  };
  return work;
}

test('what fails is done again until it works', async () => {
  const work = failing(2);
  await tryFor({ seconds: 60, pauseMs: 1 }, work.run);
  assert.equal(work.tries, 3);
});

test('without time, and for an error that stays, the first error is the last', async () => {
  for (const options of [{ seconds: 0 }, { seconds: 60, isFinal: () => true }]) {
    const work = failing(1);
    await assert.rejects(tryFor(options, work.run), /not there yet/);
    assert.equal(work.tries, 1);
  }
});
