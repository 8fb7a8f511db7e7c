import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@repo/testing';
import { database, get, identity, outcomeOf, query, reserved } from './payment-service.ts';

test('each index is read by a statement of the service', async () => {
  const customerId = randomUUID();
  await outcomeOf(await reserved('tok_ok', { customerId }));
  await get('/v1/payments', { token: await identity.token({ subject: customerId }) });

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});

test('a payment is claimed without an index entry', async () => {
  await outcomeOf(await reserved('tok_ok'));

  const heapOnly = `select from pg_stat_user_tables where relname = 'payments' and n_tup_hot_upd > 0`;
  await eventually(async () => (await query(heapOnly)).length > 0, {
    what: 'a heap-only update',
    timeoutMs: 30_000,
  });
});
