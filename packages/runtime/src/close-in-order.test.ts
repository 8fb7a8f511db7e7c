import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@repo/observability';
import { closeInOrder } from './close-in-order.ts';

const log = createLogger('test', 'silent');
const forEver = () => new Promise<void>(() => {});

test('parts are closed one after the other, those that stand together at the same time', async () => {
  const closed: string[] = [];
  const first = Promise.withResolvers<void>();

  await closeInOrder(
    [
      { slow: () => first.promise.then(() => closed.push('slow')), quick: () => first.resolve() },
      { last: async () => closed.push('last') },
    ],
    { limitMs: 10_000, log },
  );

  assert.deepEqual(closed, ['slow', 'last']);
});

test('a part that hangs is left behind in time, and those after it have their turn', async () => {
  const closed: string[] = [];
  const since = performance.now();

  await closeInOrder(
    [
      { hangs: forEver, well: async () => closed.push('beside it') },
      { hangs: forEver },
      { well: async () => closed.push('after it') },
    ],
    { limitMs: 200, log },
  );

  assert.deepEqual(closed, ['beside it', 'after it']);
  assert.ok(performance.now() - since < 1_000);
});

test('a part that cannot be closed keeps nobody from being closed', async () => {
  const closed: string[] = [];
  const fails = () => {
    throw new Error('not now');
  };

  await closeInOrder(
    [{ fails, rejects: async () => fails() }, { well: async () => closed.push('after them') }],
    { limitMs: 10_000, log },
  );

  assert.deepEqual(closed, ['after them']);
});
