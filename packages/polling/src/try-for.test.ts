import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryFor } from './try-for.ts';

/** Work that fails some times before it succeeds. */
function failing(times: number) {
  const work = { attempts: 0, run: async () => {} };
  work.run = async () => {
    if (++work.attempts <= times) throw new Error('not started yet');
  };
  return work;
}

test('work that fails is retried until it succeeds', async () => {
  const work = failing(2);
  await tryFor({ seconds: 60, pauseMs: 1 }, work.run);
  assert.equal(work.attempts, 3);
});

test('without time, or after a final error, work is not retried', async () => {
  for (const options of [{ seconds: 0 }, { seconds: 60, isFinal: () => true }]) {
    const work = failing(1);
    await assert.rejects(tryFor(options, work.run), /not started yet/);
    assert.equal(work.attempts, 1);
  }
});
