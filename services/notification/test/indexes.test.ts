import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@repo/testing';
import {
  database,
  get,
  hasMail,
  publish,
  published,
  query,
  reachableCustomer,
} from './notification-service.ts';

test('each index is read by a statement of the service', async () => {
  const { id, email, token } = await reachableCustomer();
  await publish([published.confirmed(id)]);
  await hasMail(email);
  await get('/v1/messages', { token });

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});

test('a message is claimed without an index entry', async () => {
  const { id, email } = await reachableCustomer();
  await publish([published.confirmed(id)]);
  await hasMail(email);

  const heapOnly = `select from pg_stat_user_tables where relname = 'messages' and n_tup_hot_upd > 0`;
  await eventually(async () => (await query(heapOnly)).length > 0, {
    what: 'a heap-only update',
    timeoutMs: 30_000,
  });
});
