import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { createInboxSweeper, INBOX_RETENTION_MS } from '../src/inbox/sweep-inbox.ts';
import { TOPIC_RETENTION_MS } from '../src/topics.ts';

const { database } = await createTestDatabase();

async function receivedAt(ageMs: number, count: number): Promise<void> {
  await database.query(sql`
    insert into inbox (id, received_at)
    select gen_random_uuid(), ${new Date(Date.now() - ageMs)}::timestamptz
    from generate_series(1, ${count}::integer)`);
}

async function countMessages(): Promise<number> {
  const [row] = await database.query(sql<{ count: number }>`select count(*) as count from inbox`);
  return row?.count ?? 0;
}

test('an inbox remembers messages for longer than Kafka can deliver them', () => {
  assert.ok(INBOX_RETENTION_MS > TOPIC_RETENTION_MS);
});

test('two processes at once delete all old messages from the inbox, and no others', async (t) => {
  await receivedAt(INBOX_RETENTION_MS + 60_000, 4_500);
  await receivedAt(INBOX_RETENTION_MS - 60_000, 10);
  await receivedAt(0, 10);

  for (const sweeper of [1, 2].map(() => createInboxSweeper({ database, log: testLog }))) {
    sweeper.start();
    t.after(sweeper.stop);
  }

  await eventually(async () => (await countMessages()) <= 20);
  assert.equal(await countMessages(), 20);
});
