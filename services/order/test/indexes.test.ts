import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@repo/testing';
import { database, get, orderAfter, query } from './order-service.ts';

test('each index is read by a statement of the service', async () => {
  await orderAfter(['stock.reserved', 'reserved'], ['payment.captured', 'confirmed']);
  await get('/v1/orders');

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});

test('an order becomes reserved without an index entry', async () => {
  await orderAfter(['stock.reserved', 'reserved']);

  const heapOnly = `select from pg_stat_user_tables where relname = 'orders' and n_tup_hot_upd > 0`;
  await eventually(async () => (await query(heapOnly)).length > 0, {
    what: 'a heap-only update',
    timeoutMs: 30_000,
  });
});
