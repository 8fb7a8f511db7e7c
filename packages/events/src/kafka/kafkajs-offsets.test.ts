import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { EachBatchPayload } from 'kafkajs';
import { createOffsetCommits } from './kafkajs-offsets.ts';

const log = { warn() {} } as unknown as Logger;

/** A part that counts its commits, and a clock that only goes when it is told to. */
function begin(t: TestContext, answer: () => Promise<void> = async () => {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const commitOffsetsIfNecessary = t.mock.fn(answer);
  const part = { commitOffsetsIfNecessary, uncommittedOffsets: () => ({ topics: [] }) };
  const commits = createOffsetCommits(log);
  const committed: string[] = [];
  return {
    commits,
    committed,
    count: () => commitOffsetsIfNecessary.mock.callCount(),
    note: (name: string) => commits.note(part as unknown as EachBatchPayload, () => committed.push(name)),
    async pass(milliseconds: number) {
      t.mock.timers.tick(milliseconds);
      await setImmediate();
    },
  };
}

test('what has been taken is committed a tenth of a second after the last of it', async (t) => {
  const { note, pass, count, committed } = begin(t);

  note('one');
  await pass(99);
  note('two');
  await pass(99);
  assert.deepEqual([count(), committed], [0, []]);
  await pass(1);

  assert.deepEqual([count(), committed], [1, ['one', 'two']]);
});

test('while ever more is taken, a commit is sent once a second', async (t) => {
  const { note, pass, count } = begin(t);

  for (let milliseconds = 0; milliseconds < 3_000; milliseconds += 50) {
    note('more');
    await pass(50);
  }

  assert.equal(count(), 3);
});

test('whoever leaves commits at once, and nothing where nothing was taken', async (t) => {
  const { commits, note, count, committed } = begin(t);

  await commits.finish();
  assert.equal(count(), 0);
  note('one');
  await commits.finish();

  assert.deepEqual([count(), committed], [1, ['one']]);
});

for (const type of [
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
]) {
  test(`a commit that is refused with ${type} is told until the group is joined again`, async (t) => {
    const answered = Object.assign(new Error('So says the broker.'), { type });
    const { commits, note, pass, count, committed } = begin(t, () => Promise.reject(answered));

    note('one');
    commits.assertAccepted();
    await pass(100);
    assert.throws(commits.assertAccepted, answered);
    commits.forget();
    commits.assertAccepted();
    await pass(10_000);

    assert.deepEqual([count(), committed], [1, []]);
  });
}

test('a commit that fails in another way is tried again after a second, with what came meanwhile', async (t) => {
  let isAway = true;
  const { commits, note, pass, count, committed } = begin(t, async () => {
    if (isAway) throw new Error('away');
  });

  note('one');
  await pass(100);
  commits.assertAccepted();
  isAway = false;
  await pass(999);
  assert.equal(count(), 1);
  await pass(1);

  assert.deepEqual([count(), committed], [2, ['one']]);
});

test('commits that take long follow one another', async (t) => {
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  const { note, pass, count, committed } = begin(t, () => (answers[asked++] ?? assert.fail()).promise);

  note('one');
  await pass(100);
  note('two');
  await pass(1_000);
  assert.equal(count(), 1);
  answers[0]?.resolve();
  await pass(0);
  assert.deepEqual([count(), committed], [2, ['one']]);
  answers[1]?.resolve();
  await pass(0);

  assert.deepEqual(committed, ['one', 'two']);
});

test('what a commit fails with that was sent before the group was joined again is of no concern', async (t) => {
  const answer = Promise.withResolvers<void>();
  const { commits, note, pass, count } = begin(t, () => answer.promise);

  note('one');
  await pass(100);
  commits.forget();
  answer.reject(Object.assign(new Error('late'), { type: 'ILLEGAL_GENERATION' }));
  await pass(10_000);

  commits.assertAccepted();
  assert.equal(count(), 1);
});
