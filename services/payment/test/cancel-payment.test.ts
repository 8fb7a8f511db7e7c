import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import {
  cancelled,
  cancelledRecord,
  caughtUp,
  database,
  eventsOf,
  get,
  identity,
  isBlocked,
  ledgerOf,
  outcomeOf,
  paymentOf,
  provider,
  proxy,
  publish,
  query,
  reserved,
  reservedRecord,
} from './payment-service.ts';
import { heldAnswer, type Interference } from './provider.ts';

const PAID_BACK = [
  ['payment.captured', 2],
  ['payment.refunded', 3],
];

/** Asserts that a payment was captured once and refunded once, and that nothing follows. */
async function isPaidBackOnce(orderId: string, cents = 11_948): Promise<void> {
  await outcomeOf(orderId, 'payment.refunded');
  await settled();
  assert.deepEqual(eventsOf(orderId), PAID_BACK);
  assert.deepEqual(await ledgerOf(orderId), [
    ['capture', cents],
    ['refund', cents],
  ]);
}

/** Asserts that no money has moved, and that the provider never received a call for the order. */
async function wasNeverAskedFor(orderId: string): Promise<void> {
  await settled();
  assert.deepEqual(provider.callsFor(orderId), []);
  assert.deepEqual(await ledgerOf(orderId), []);
}

/** Refunds a later payment: by then every effect of the earlier ones has happened. */
async function settled(): Promise<void> {
  const orderId = await reserved('tok_ok');
  await cancelled(orderId);
  await outcomeOf(orderId);
  await caughtUp();
}

async function viewOf(orderId: string, customerId: string) {
  const token = await identity.token({ subject: customerId });
  return (await get(`/v1/payments?orderId=${orderId}`, { token })).body.items;
}

/** Publishes an order whose calls are interfered with; returns its id. */
async function reservedWith(interference: Interference): Promise<string> {
  const orderId = randomUUID();
  provider.interfere(orderId, interference);
  await publish([reservedRecord('tok_ok', { orderId })]);
  return orderId;
}

test('a captured payment is refunded when its order is cancelled: once, and the whole amount', async () => {
  const customerId = randomUUID();
  const orderId = await reserved('tok_ok', { customerId, totalCents: 700 });
  await outcomeOf(orderId);

  await cancelled(orderId);

  const event = await outcomeOf(orderId, 'payment.refunded');
  const payment = await paymentOf(orderId);
  assert.deepEqual(event.data, {
    orderId,
    version: 3,
    paymentId: payment?.id,
    amountCents: 700,
    currency: 'EUR',
  });
  await isPaidBackOnce(orderId, 700);
  const [view] = await viewOf(orderId, customerId);
  assert.deepEqual([view.status, view.amountCents, view.refundedCents], ['refunded', 700, 700]);
});

test('a capture and a refund each have an idempotency key of their own', async () => {
  const orderId = await reserved('tok_ok', { totalCents: 700 });
  const { data } = await outcomeOf(orderId);
  await cancelled(orderId);
  await outcomeOf(orderId, 'payment.refunded');

  const [capture, refund] = provider.callsFor(orderId);
  const captureId = (await paymentOf(orderId))?.capture_id;
  assert.deepEqual([capture?.key, refund?.key], [data.paymentId, `${data.paymentId}-refund`]);
  assert.deepEqual(refund?.body, { captureId, amountCents: 700 });
});

test('a cancellation during a capture waits for the outcome, and the captured payment is refunded', async () => {
  const { interference, asked, letGo } = heldAnswer('capture');
  const orderId = await reservedWith(interference);
  await asked();
  await cancelled(orderId);
  await caughtUp();
  assert.equal((await paymentOf(orderId))?.status, 'pending');

  letGo();

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'capture').length, 1);
});

test('a cancellation during a capture that is declined leaves nothing to refund', async () => {
  const { interference, asked, letGo } = heldAnswer('capture');
  const orderId = randomUUID();
  provider.interfere(orderId, interference);
  await publish([reservedRecord('tok_declined', { orderId })]);
  await asked();
  await cancelled(orderId);
  await caughtUp();

  letGo();

  await outcomeOf(orderId);
  await settled();
  assert.deepEqual(eventsOf(orderId), [['payment.declined', 2]]);
  assert.deepEqual(await ledgerOf(orderId), []);
});

test('a capture whose reply is lost is repeated after the cancellation, and refunded', async () => {
  let isCancelled = false;
  const orderId = await reservedWith(async (call, answer) => {
    const result = await answer();
    return call.kind === 'refund' || isCancelled ? result : 'none';
  });
  await eventually(() => provider.callsFor(orderId).length >= 1);
  await cancelled(orderId);
  await caughtUp();
  assert.deepEqual(eventsOf(orderId), []);
  isCancelled = true;

  await isPaidBackOnce(orderId);
  assert.equal(new Set(provider.callsFor(orderId, 'capture').map(({ key }) => key)).size, 1);
});

const FRUITLESS: [string, Awaited<ReturnType<Interference>>][] = [
  ['was broken off', 'none'],
  ['failed', { status: 500, body: {} }],
];

for (const [what, fruitless] of FRUITLESS) {
  test(`a call that ${what} before the capture is sent again after the cancellation, since its outcome is unknown`, async () => {
    let isCancelled = false;
    const orderId = await reservedWith(async (_call, answer) => (isCancelled ? answer() : fruitless));
    await eventually(() => provider.callsFor(orderId).length >= 1);
    await cancelled(orderId);
    await caughtUp();
    assert.deepEqual(await ledgerOf(orderId), []);
    isCancelled = true;

    await isPaidBackOnce(orderId);
    assert.equal(new Set(provider.callsFor(orderId, 'capture').map(({ key }) => key)).size, 1);
  });
}

test('a cancellation that is processed while a capture is recorded waits, and finds the capture', async () => {
  // Past its deadline the service does not claim it, so this test plays another replica.
  const orderId = randomUUID();
  await publish([reservedRecord('tok_ok', { orderId, deadlineAt: new Date(0) })]);
  const { id = '' } = await eventually(() => paymentOf(orderId));
  const wish = { reference: orderId, amountCents: 11_948, currency: 'EUR', token: 'tok_ok' };
  const { body } = await provider.capture(id, wish);

  await database.transaction(async (tx) => {
    await tx.query(sql`
      update payments
      set status = 'captured', version = 2, capture_id = ${body.id}, settled_at = now(), due_at = null
      where id = ${id}`);
    await cancelled(orderId);
    await isBlocked();
  });

  await outcomeOf(orderId, 'payment.refunded');
  await settled();
  assert.deepEqual(await ledgerOf(orderId), [
    ['capture', 11_948],
    ['refund', 11_948],
  ]);
});

test('a capture that is recorded while a cancellation is processed waits, and finds the cancellation', async () => {
  const { interference, asked, letGo } = heldAnswer('capture');
  const orderId = await reservedWith(interference);
  await asked();

  await database.transaction(async (tx) => {
    await tx.query(sql`update payments set cancelled_at = now() where order_id = ${orderId}`);
    letGo();
    await isBlocked();
  });

  await isPaidBackOnce(orderId);
});

test('a payment that was not asked for by its deadline is never asked for once its order is cancelled', async () => {
  const orderId = randomUUID();
  await publish([reservedRecord('tok_ok', { orderId, deadlineAt: new Date(Date.now() - 1_000) })]);
  await caughtUp();
  await settled();
  assert.equal((await paymentOf(orderId))?.status, 'pending');
  assert.deepEqual(eventsOf(orderId), []);

  await cancelled(orderId);

  const { data } = await outcomeOf(orderId, 'payment.declined');
  assert.deepEqual(data, { orderId, version: 2, reason: 'no longer wanted' });
  assert.equal((await paymentOf(orderId))?.payment_token, null);
  await wasNeverAskedFor(orderId);
});

test('a payment that was asked for in time is asked for until its outcome is known, also after its deadline', async () => {
  let isWell = false;
  const orderId = await reservedWith(async (_call, answer) => (isWell ? answer() : 'none'));
  await eventually(() => provider.callsFor(orderId).length >= 1);
  await query('update payments set deadline_at = now() where order_id = $1', [orderId]);
  const before = provider.callsFor(orderId).length;
  await eventually(() => provider.callsFor(orderId).length > before + 1);
  isWell = true;

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});

test('a payment whose order is cancelled while the provider is unavailable is never asked for', async (t) => {
  t.after(proxy.restore);
  proxy.cut();
  const orderId = await reserved('tok_ok');
  await eventually(async () => {
    const [row] = await query('select asked_at from payments where order_id = $1 and due_at > created_at', [
      orderId,
    ]);
    return row && row.asked_at === null;
  });
  await cancelled(orderId);
  await caughtUp();

  await proxy.restore();

  assert.equal((await outcomeOf(orderId)).type, 'payment.declined');
  await wasNeverAskedFor(orderId);
});

test('an order that is cancelled before its payment is requested gets no payment', async () => {
  const [orderId, customerId] = [randomUUID(), randomUUID()];
  await publish([cancelledRecord(orderId, { customerId })]);
  await caughtUp();
  await publish([reservedRecord('tok_ok', { orderId, customerId })]);
  await caughtUp();

  await wasNeverAskedFor(orderId);
  assert.deepEqual(eventsOf(orderId), []);
  assert.deepEqual(await viewOf(orderId, customerId), []);
  assert.equal((await paymentOf(orderId))?.payment_token, null);
});

test('a cancellation in one batch with its reservation, before or after it, leaves no money captured', async () => {
  const [before, after] = [randomUUID(), randomUUID()];
  await publish([
    cancelledRecord(before),
    reservedRecord('tok_ok', { orderId: before }),
    reservedRecord('tok_ok', { orderId: after }),
    cancelledRecord(after),
  ]);

  await wasNeverAskedFor(before);
  await outcomeOf(after);
  await eventually(async () => ['declined', 'refunded'].includes((await paymentOf(after))?.status ?? ''));
  const ledger = await ledgerOf(after);
  assert.ok(ledger.length === 0 || ledger.length === 2);
});

test('a cancellation that is consumed twice, in one batch or in two, refunds once', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  const record = cancelledRecord(orderId);
  await publish([record, record]);
  await outcomeOf(orderId, 'payment.refunded');
  await publish([record]);

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 1);
});

test('a cancellation that is published again, under another id, refunds once too', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  await publish([cancelledRecord(orderId), cancelledRecord(orderId)]);
  await outcomeOf(orderId, 'payment.refunded');
  await cancelled(orderId);

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 1);
});

test('two cancellations of an order that was never paid for have no effect', async () => {
  const orderId = randomUUID();
  await publish([cancelledRecord(orderId), cancelledRecord(orderId)]);
  await cancelled(orderId);

  await wasNeverAskedFor(orderId);
  assert.deepEqual(eventsOf(orderId), []);
});

test('of fifty orders that are cancelled at once, in any state, none costs anything in the end', async () => {
  const tokens = ['tok_ok', 'tok_lost_reply', 'tok_flaky', 'tok_declined', 'tok_ok'];
  const orderIds = Array.from({ length: 50 }, () => randomUUID() as string);
  await publish(
    orderIds.map((orderId, index) => reservedRecord(tokens[index % tokens.length] as string, { orderId })),
  );
  await publish(orderIds.map((orderId) => cancelledRecord(orderId)));

  for (const orderId of orderIds) {
    await eventually(async () => ['declined', 'refunded'].includes((await paymentOf(orderId))?.status ?? ''));
    const movements = await ledgerOf(orderId);
    assert.ok(
      movements.length === 0 || movements.map(([kind]) => kind).join() === 'capture,refund',
      JSON.stringify(movements),
    );
  }
});
