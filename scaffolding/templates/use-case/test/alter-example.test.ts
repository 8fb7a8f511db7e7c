import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestDatabase } from '@repo/testing';
import { alterExample } from '../src/alter-example.ts';

const { database } = await createTestDatabase();

test('alterExample returns a result for each request, in their order', async () => {
  const requests = [{ id: randomUUID() }, { id: randomUUID() }];

  const { results, events } = await database.transaction((tx) => alterExample(tx, requests));

  assert.deepEqual(
    results.map(({ id }) => id),
    requests.map(({ id }) => id),
  );
  assert.deepEqual(events, []);
});
