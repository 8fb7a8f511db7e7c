import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@tenfold/testing';
import { database, get, orderThatHeard } from './order-service.ts';

test('each index is read by a statement of the service', async () => {
  await orderThatHeard(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  await get('/v1/orders');

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});
