import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { createIdempotentHandler, createKeySweeper, fingerprintOf } from '../src/index.ts';

const { database } = await createTestDatabase();
let effects = 0;
const once = createIdempotentHandler<null>({
  database,
  onCommit: () => {},
  perform: async (_tx, requests) => ({
    outcomes: requests.map(() => ({ status: 201, location: null, etag: null, body: String(++effects) })),
    events: [],
  }),
});

const request = {
  customerId: randomUUID(),
  route: 'POST /things',
  path: '/things',
  key: 'the key',
  fingerprint: fingerprintOf({ method: 'POST', path: '/things', body: null }),
  input: null,
};

async function keysAreFrom(hoursAgo: number): Promise<void> {
  await database.query(sql`
    update idempotency_keys set created_at = now() - make_interval(secs => ${hoursAgo * 3600}::double precision)`);
}

async function kept(): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`select count(*) as count from idempotency_keys`);
  return row?.count ?? 0;
}

test('a key is known for its time, and then it is a new one', async (t) => {
  assert.equal((await once(request)).body, '1');
  await keysAreFrom(23.9);
  const sweeper = createKeySweeper({ database, ttlHours: 24, log: testLog });
  sweeper.start();
  t.after(sweeper.stop);
  assert.deepEqual([(await once(request)).body, (await once(request)).replayed], ['1', true]);

  await keysAreFrom(24.1);
  sweeper.wake();
  await eventually(async () => (await kept()) === 0);

  const again = await once(request);
  assert.deepEqual([again.body, again.replayed], ['2', false]);
});

test('keys are forgotten in small batches, however many there are', async (t) => {
  await database.query(sql`
    insert into idempotency_keys (customer_id, route, key, fingerprint, created_at)
    select gen_random_uuid(), 'POST /things', number::text, ''::bytea, now() - interval '2 hours'
    from generate_series(1, 1800) as number`);
  const sweeper = createKeySweeper({ database, ttlHours: 1, log: testLog });
  sweeper.start();
  t.after(sweeper.stop);

  await eventually(async () => (await kept()) <= 1);
});
