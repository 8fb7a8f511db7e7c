import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OrderRefunded } from '@repo/contracts/order';
import type { Message } from '@repo/events';
import { sql } from '@repo/postgres';
import { createTestDatabase } from '@repo/testing';
import { eraseContact, keepContact } from '../src/keep-contact.ts';
import { claimDueMessages } from '../src/message-store.ts';
import { recordDeliveries } from '../src/send-message.ts';
import { writeMessage } from '../src/write-message.ts';

const { database } = await createTestDatabase({
  service: 'notification',
  migrations: join(import.meta.dirname, '../migrations'),
});

const DAY_MS = 86_400_000;

for (const days of [-1, 1]) {
  test(`a message is due at once, whatever the clock of the host shows (${days} days)`, async (t) => {
    const customerId = randomUUID();
    const data = { orderId: randomUUID(), version: 4, customerId, amountCents: 100, currency: 'EUR' };
    const refunded: Message<OrderRefunded> = {
      ...{ id: randomUUID(), type: 'order.refunded', key: data.orderId, occurredAt: new Date(), data },
    };
    await database.transaction((tx) => keepContact(tx, { customerId, email: 'canary@example.com' }));
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * DAY_MS });

    await database.transaction((tx) => writeMessage('order-refunded')(tx, [refunded]));
    const [row] = await claimDueMessages(database, { limit: 1, retries: true });
    assert.ok(row, 'it is due');
    await database.transaction((tx) => recordDeliveries(tx, [{ row, answer: { status: 'sent' } }]));
    await database.transaction((tx) => eraseContact(tx, customerId));

    const wrong = await database.query(sql`
      select messages.id
      from messages
      join contacts using (customer_id)
      where messages.id = ${row.id}
        and not (
          messages.created_at > now() - interval '1 minute' and sent_at between messages.created_at and now()
          and contacts.deleted_at between messages.created_at and now()
        )`);
    assert.deepEqual(wrong, []);
  });
}
