import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { createIdempotentHandler, createKeySweeper, fingerprintOf } from '../src/index.ts';

const { database } = await createTestDatabase();
let effects = 0;
const response = () => ({ status: 201, location: null, etag: null, body: String(++effects) });
const handle = createIdempotentHandler<null>({
  database,
  onCommit: () => {},
  perform: async (_tx, requests) => ({
    outcomes: new Map(requests.map((request) => [request, response()])),
    events: [],
  }),
});

const request = {
  callerId: randomUUID(),
  route: 'POST /meters',
  path: '/meters',
  key: 'the key',
  fingerprint: fingerprintOf({ method: 'POST', path: '/meters', body: null }),
  input: null,
};

async function setKeyAge(hoursAgo: number): Promise<void> {
  await database.query(sql`
    update idempotency_keys set created_at = now() - make_interval(secs => ${hoursAgo * 3600}::double precision)`);
}

async function countKeys(): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`select count(*) as count from idempotency_keys`);
  return row?.count ?? 0;
}

test('a key is known until it expires, and then it is a new key', async (t) => {
  assert.equal((await handle(request)).body, '1');
  await setKeyAge(23.9);
  const sweeper = createKeySweeper({ database, ttlHours: 24, log: testLog });
  sweeper.start();
  t.after(sweeper.stop);
  assert.deepEqual([(await handle(request)).body, (await handle(request)).replayed], ['1', true]);

  await setKeyAge(24.1);
  sweeper.wake();
  await eventually(async () => (await countKeys()) === 0);

  const again = await handle(request);
  assert.deepEqual([again.body, again.replayed], ['2', false]);
});

test('any number of keys is deleted, in small batches', async (t) => {
  await database.query(sql`
    insert into idempotency_keys (customer_id, route, key, fingerprint, created_at)
    select gen_random_uuid(), 'POST /meters', number::text, ''::bytea, now() - interval '2 hours'
    from generate_series(1, 1800) as number`);
  const sweeper = createKeySweeper({ database, ttlHours: 1, log: testLog });
  sweeper.start();
  t.after(sweeper.stop);

  await eventually(async () => (await countKeys()) <= 1);
});
