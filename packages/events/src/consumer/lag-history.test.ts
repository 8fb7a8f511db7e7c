import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLagHistory } from './lag-history.ts';

function setUp() {
  let seconds = 0;
  const history = createLagHistory(() => seconds * 1_000);
  return (at: number, next: bigint, high: bigint, topic = 'meter.events') => {
    seconds = at;
    const [lag] = history.read([{ topic, partition: 0, next, high }]);
    return [lag?.records, lag?.ageSeconds];
  };
}

test('a group that has consumed everything has no lag', () => {
  const readAt = setUp();

  assert.deepEqual(readAt(0, 5n, 5n), [0, 0]);
});

test('the age counts from when the oldest unconsumed record was first seen', () => {
  const readAt = setUp();

  assert.deepEqual(readAt(0, 5n, 7n), [2, 0]);
  assert.deepEqual(readAt(10, 5n, 9n), [4, 10]);
  assert.deepEqual(readAt(20, 7n, 9n), [2, 10], 'the first two are consumed; the others were seen at 10 s');
  assert.deepEqual(readAt(30, 8n, 9n), [1, 20]);
  assert.deepEqual(readAt(40, 9n, 9n), [0, 0]);
  assert.deepEqual(readAt(50, 9n, 10n), [1, 0]);
});

test('a topic that was created again begins without an age', () => {
  const readAt = setUp();
  readAt(0, 5n, 7n);

  assert.deepEqual(readAt(10, 0n, 2n), [2, 0]);
});

test('after a thousand readings of a growing lag the age is still that of the oldest record', () => {
  const readAt = setUp();

  for (let at = 0; at < 1_000; at++) assert.deepEqual(readAt(at, 0n, BigInt(at + 1)), [at + 1, at]);
});

test('topics and partitions are apart: records add up, and the oldest age counts', () => {
  let seconds = 0;
  const history = createLagHistory(() => seconds * 1_000);
  history.read([{ topic: 'a', partition: 1, next: 0n, high: 3n }]);
  seconds = 60;

  assert.deepEqual(
    history.read([
      { topic: 'a', partition: 0, next: 0n, high: 1n },
      { topic: 'a', partition: 1, next: 1n, high: 3n },
      { topic: 'b', partition: 0, next: 4n, high: 4n },
    ]),
    [
      { topic: 'a', records: 3, ageSeconds: 60 },
      { topic: 'b', records: 0, ageSeconds: 0 },
    ],
  );
});
