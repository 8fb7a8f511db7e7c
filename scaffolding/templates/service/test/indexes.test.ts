import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@repo/testing';
import { caughtUp, consumedEvent, database, list, newCustomer, publish } from './example-service.ts';

test('each index is read by a statement of the service', async () => {
  const { id, token } = await newCustomer();
  await publish([consumedEvent(id)]);
  await caughtUp();
  await list(token);

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});
