import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@repo/observability';
import { closeInOrder } from './close-in-order.ts';

const log = createLogger('test', 'silent');
const never = () => new Promise<void>(() => {});

test('steps are closed one after the other, the parts of one step concurrently', async () => {
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

test('a part that hangs is abandoned, and the parts after it are closed', async () => {
  const closed: string[] = [];

  await closeInOrder(
    [
      { hangs: never, works: async () => closed.push('same step') },
      { hangs: never },
      { works: async () => closed.push('next step') },
    ],
    { limitMs: 200, log },
  );

  assert.deepEqual(closed, ['same step', 'next step']);
});

test('a part that cannot be closed does not stop the others', async () => {
  const closed: string[] = [];
  const fails = () => {
    throw new Error('not now');
  };

  await closeInOrder(
    [{ fails, rejects: async () => fails() }, { works: async () => closed.push('next step') }],
    { limitMs: 10_000, log },
  );

  assert.deepEqual(closed, ['next step']);
});
