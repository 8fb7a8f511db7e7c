import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '@repo/testing';
import { claimDuePayments, nowFor } from '../src/due-payment-store.ts';
import { nextCall } from '../src/payment.ts';

const { database } = await createTestDatabase({
  service: 'payment',
  migrations: join(import.meta.dirname, '../migrations'),
});

const PAST = "now() - interval '1 hour'";
const FUTURE = "now() + interval '1 hour'";

/** Every situation of a due payment; a captured one is due only for its refund. */
const SITUATIONS = ['null', PAST, "now() - interval '25 hours'"].flatMap((askedAt) =>
  ['null', PAST].flatMap((cancelledAt) =>
    ['null', PAST, FUTURE].flatMap((deadlineAt) => {
      const times = { askedAt, cancelledAt, deadlineAt };
      const isCaptured = askedAt !== 'null' && cancelledAt !== 'null';
      return [
        ...[0, 1].map((refusals) => ({ ...times, status: 'pending' as const, refusals })),
        ...(isCaptured ? [{ ...times, status: 'captured' as const, refusals: 0 }] : []),
      ];
    }),
  ),
);

async function claimAs({ status, askedAt, cancelledAt, deadlineAt, refusals }: (typeof SITUATIONS)[number]) {
  await database.query({ text: 'delete from payments', values: [] });
  await database.query({
    text: `
      insert into payments (id, order_id, customer_id, status, version, amount_cents, currency, created_at, due_at,
        asked_at, cancelled_at, deadline_at, refusals)
      values ($1, $1, $1, $2, 1, 1, 'EUR', now(), now(), ${askedAt}, ${cancelledAt}, ${deadlineAt}, $3)`,
    values: [randomUUID(), status, refusals],
  });
  const options = { status, limit: 1, retries: true, keyTtlHours: 24 };
  const [payment] = await claimDuePayments(database, options);
  return payment;
}

test('the claim and nextCall agree: each first capture is marked, and nothing else is', async () => {
  for (const situation of SITUATIONS) {
    const payment = await claimAs(situation);
    if (!payment) continue;
    const isFirstCapture = nextCall(payment, nowFor(payment)) === 'capture' && payment.askedAt === null;

    assert.equal(payment.isFirstCapture, isFirstCapture, JSON.stringify(situation));
    const [row] = await database.query<{ isMarked: boolean }>({
      text: `select asked_at is not null as "isMarked" from payments`,
      values: [],
    });
    assert.equal(row?.isMarked, isFirstCapture || payment.askedAt !== null, JSON.stringify(situation));
  }
});

test('only a payment that waits for the cancellation of its order is not claimed', async () => {
  for (const situation of SITUATIONS) {
    const { askedAt, cancelledAt, deadlineAt, refusals } = situation;
    const isWaiting = askedAt === 'null' && cancelledAt === 'null' && deadlineAt === PAST && refusals === 0;
    const payment = await claimAs(situation);

    assert.equal(payment === undefined, isWaiting, JSON.stringify(situation));
  }
});
