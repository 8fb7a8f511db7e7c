import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestDatabase } from '@repo/testing';
import { alterExample } from '../src/alter-example.ts';

const { database } = await createTestDatabase();

test('alterExample returns a result for each request', async () => {
  const requests = [{ id: randomUUID() }, { id: randomUUID() }];

  const { results, events } = await database.transaction((tx) => alterExample(tx, requests));

  for (const request of requests) assert.equal(results.get(request)?.id, request.id);
  assert.deepEqual(events, []);
});
