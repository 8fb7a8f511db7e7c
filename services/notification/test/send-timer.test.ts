import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { createTestDatabase, eventually, testLog } from '@repo/testing';
import { CONNECTIONS, type Mailer } from '../src/mailer.ts';
import { createSendTimer } from '../src/timers.ts';

const { database } = await createTestDatabase({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
});

async function writeMessages(count: number): Promise<void> {
  await database.query(sql`
    with customers as (
      insert into contacts (customer_id, email)
      select gen_random_uuid(), 'canary-' || number || '@example.com'
      from generate_series(1, ${count}::integer) as number
      returning customer_id
    )
    insert into messages (id, order_id, customer_id, kind, status, details, created_at, due_at)
    select gen_random_uuid(), gen_random_uuid(), customer_id, 'order-refunded', 'waiting',
      '{"amountCents": 100, "currency": "EUR"}', now(), now()
    from customers`);
}

test('no more messages are claimed than can be sent at once: no lease is spent on waiting', async (t) => {
  const gate = Promise.withResolvers<void>();
  t.after(() => gate.resolve());
  const sent: string[] = [];
  const mailer: Mailer = {
    async send({ messageId }) {
      sent.push(messageId);
      await gate.promise;
      return { status: 'sent' };
    },
    close: () => {},
  };
  await writeMessages(3 * CONNECTIONS);
  const timer = createSendTimer({ database, mailer, log: testLog });
  timer.start();
  t.after(timer.stop);

  await eventually(() => sent.length >= CONNECTIONS);

  const claimed = await database.query(sql`select id from messages where attempts > 0`);
  assert.equal(claimed.length, CONNECTIONS);
  gate.resolve();
  await eventually(
    async () => (await database.query(sql`select id from messages where status <> 'sent'`)).length === 0,
    { what: 'all messages to be sent' },
  );
  assert.equal(new Set(sent).size, 3 * CONNECTIONS);
  assert.equal(sent.length, 3 * CONNECTIONS);
});
