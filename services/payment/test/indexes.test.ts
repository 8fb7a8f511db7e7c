import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, unreadIndexes } from '@tenfold/testing';
import { answerTo, database, get, identity, reserved } from './payment-service.ts';

test('each index is read by a statement of the service', async () => {
  const customerId = randomUUID();
  await answerTo(await reserved('tok_ok', { customerId }));
  await get('/v1/payments', { token: await identity.token({ customer: customerId }) });

  await eventually(async () => assert.deepEqual(await unreadIndexes(database), []) ?? true, {
    what: 'each index to be read',
    timeoutMs: 30_000,
  });
});
