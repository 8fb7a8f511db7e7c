import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Message } from '@repo/events';
import { sql } from '@repo/postgres';
import { createTestDatabase } from '@repo/testing';
import { cancelPayment } from '../src/cancel-payment.ts';
import { capturePayment, recordCaptures } from '../src/capture-payment.ts';
import { claimDuePayments } from '../src/due-payment-store.ts';
import type { PaymentProvider } from '../src/payment-provider.ts';
import { requestPayment } from '../src/request-payment.ts';

const { database } = await createTestDatabase({
  service: 'payment',
  migrations: join(import.meta.dirname, '../migrations'),
});

const DAY_MS = 86_400_000;
const provider = {
  capture: async () => ({ status: 'captured', captureId: 'a capture' }),
} as unknown as PaymentProvider;

function message<Data>(data: Data): Message<Data> {
  return { id: randomUUID(), type: 'a type', key: 'an order', data, occurredAt: new Date() };
}

const claim = async (status: 'pending' | 'captured') =>
  (await claimDuePayments(database, { status, limit: 1, retries: true, keyTtlHours: 24 }))[0];

for (const days of [-1, 1]) {
  test(`a capture and a refund are due at once, whatever the clock of the host shows (${days} days)`, async (t) => {
    const order = { orderId: randomUUID(), customerId: randomUUID(), version: 2 };
    const money = { totalCents: 1_000, currency: 'EUR' };
    const [clock] = await database.query(sql<{ deadline: Date }>`
      select now() + interval '1 minute' as deadline`);
    const deadlineAt = (clock as { deadline: Date }).deadline.toISOString();
    const reserved = message({ ...order, ...money, paymentToken: 'tok_ok', deadlineAt });
    const cancelled = message({ ...order, version: 3, reason: 'customer' as const, lines: [] });
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * DAY_MS });

    await database.transaction((tx) => requestPayment(tx, [reserved]));
    const pending = await claim('pending');
    assert.ok(pending, 'it is due to be captured');
    const answer = await capturePayment(provider)(pending);
    await database.transaction((tx) => cancelPayment(tx, [cancelled]));
    await database.transaction((tx) => recordCaptures(tx, [{ row: pending, answer }]));

    assert.ok(await claim('captured'), 'it is due to be refunded');
    const wrong = await database.query(sql`
      select id
      from payments
      where order_id = ${order.orderId}
        and not (created_at > now() - interval '1 minute' and settled_at <= now() and cancelled_at <= now())`);
    assert.deepEqual(wrong, []);
  });
}
