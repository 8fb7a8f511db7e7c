import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@repo/observability';
import type { EachBatchPayload } from 'kafkajs';
import { createOffsetCommits } from './kafkajs-offsets.ts';

const log = { warn() {} } as unknown as Logger;

/** A part that counts its commits, and a clock that the test moves. */
function begin(t: TestContext, response: () => Promise<void> = async () => {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const commitOffsetsIfNecessary = t.mock.fn(response);
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

test('processed records are committed a tenth of a second after the last of them', async (t) => {
  const { note, pass, count, committed } = begin(t);

  note('one');
  await pass(99);
  note('two');
  await pass(99);
  assert.deepEqual([count(), committed], [0, []]);
  await pass(1);

  assert.deepEqual([count(), committed], [1, ['one', 'two']]);
});

test('while records keep arriving, offsets are committed once a second', async (t) => {
  const { note, pass, count } = begin(t);

  for (let milliseconds = 0; milliseconds < 3_000; milliseconds += 50) {
    note('more');
    await pass(50);
  }

  assert.equal(count(), 3);
});

test('finish commits at once, and sends nothing when there is nothing to commit', async (t) => {
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
  test(`a commit that is refused with ${type} is reported until the group is joined again`, async (t) => {
    const refusal = Object.assign(new Error('refused by the broker'), { type });
    const { commits, note, pass, count, committed } = begin(t, () => Promise.reject(refusal));

    note('one');
    commits.assertAccepted();
    await pass(100);
    assert.throws(commits.assertAccepted, refusal);
    commits.forget();
    commits.assertAccepted();
    await pass(10_000);

    assert.deepEqual([count(), committed], [1, []]);
  });
}

test('a commit that fails for another reason is retried after a second, with the records processed meanwhile', async (t) => {
  let isDown = true;
  const { commits, note, pass, count, committed } = begin(t, async () => {
    if (isDown) throw new Error('down');
  });

  note('one');
  await pass(100);
  commits.assertAccepted();
  isDown = false;
  await pass(999);
  assert.equal(count(), 1);
  await pass(1);

  assert.deepEqual([count(), committed], [2, ['one']]);
});

test('slow commits are sent one after the other', async (t) => {
  const responses = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let commitCount = 0;
  const { note, pass, count, committed } = begin(
    t,
    () => (responses[commitCount++] ?? assert.fail()).promise,
  );

  note('one');
  await pass(100);
  note('two');
  await pass(1_000);
  assert.equal(count(), 1);
  responses[0]?.resolve();
  await pass(0);
  assert.deepEqual([count(), committed], [2, ['one']]);
  responses[1]?.resolve();
  await pass(0);

  assert.deepEqual(committed, ['one', 'two']);
});

test('the failure of a commit that was sent before the group was joined again is ignored', async (t) => {
  const response = Promise.withResolvers<void>();
  const { commits, note, pass, count } = begin(t, () => response.promise);

  note('one');
  await pass(100);
  commits.forget();
  response.reject(Object.assign(new Error('late'), { type: 'ILLEGAL_GENERATION' }));
  await pass(10_000);

  commits.assertAccepted();
  assert.equal(count(), 1);
});
