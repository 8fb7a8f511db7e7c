import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@repo/testing';
import { caughtUp, database, listWith, orderRecord, publish } from './inventory-service.ts';

test('each index is read by a statement of the service', async () => {
  const [orderId, sku] = [randomUUID(), await listWith(7)];
  await publish([orderRecord.placed(orderId, [{ sku, quantity: 1 }])]);
  await caughtUp();

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});
