import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../event.ts';
import { cutIntoRuns } from './runs.ts';

/** 'a1' is a message of type a and key 1. */
function messages(shorthand: string): Message[] {
  return shorthand.split(' ').map((name, index) => ({
    id: String(index),
    type: name.charAt(0),
    key: name.slice(1),
    data: {},
    occurredAt: new Date(0),
  }));
}

const TABLE: [string, string, string][] = [
  ['messages of one type are one run', 'a1 a2 a1', 'a1 a2 a1'],
  ['types of different keys are gathered', 'a1 b2 a3 b4', 'a1 a3 | b2 b4'],
  ['a key that recurs with another type closes the runs', 'a1 b1', 'a1 | b1'],
  ['messages after such a key stay after it', 'a1 a2 b1 a3', 'a1 a2 | b1 | a3'],
  ['a key that returns to its type stays in order', 'a1 b1 a1', 'a1 | b1 | a1'],
];

for (const [title, given, expected] of TABLE) {
  test(title, () => {
    const runs = cutIntoRuns(messages(given));

    assert.equal(runs.map((run) => run.map(({ type, key }) => type + key).join(' ')).join(' | '), expected);
  });
}

test('no messages are no runs', () => {
  assert.deepEqual(cutIntoRuns([]), []);
});

const anyMessages = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3', '4')), { minLength: 1 })
  .map((names) => messages(names.map(([type, key]) => type + key).join(' ')));

test('no message is lost or repeated, and each run is of one type', () => {
  fc.assert(
    fc.property(anyMessages, (given) => {
      const runs = cutIntoRuns(given);
      assert.deepEqual(new Set(runs.flat()), new Set(given));
      assert.equal(runs.flat().length, given.length);
      for (const run of runs) assert.equal(new Set(run.map(({ type }) => type)).size, 1);
    }),
  );
});

test('messages of one key keep their order', () => {
  fc.assert(
    fc.property(anyMessages, (given) => {
      const flattened = cutIntoRuns(given).flat();
      for (const key of ['1', '2', '3', '4'])
        assert.deepEqual(
          flattened.filter((message) => message.key === key),
          given.filter((message) => message.key === key),
        );
    }),
  );
});
