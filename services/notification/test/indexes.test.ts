import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@tenfold/testing';
import { database, get, hasMail, publish, reachableCustomer, says } from './notification-service.ts';

test('each index is read by a statement of the service', async () => {
  const { id, email, token } = await reachableCustomer();
  await publish([says.confirmed(id)]);
  await hasMail(email);
  await get('/v1/messages', { token });

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});
