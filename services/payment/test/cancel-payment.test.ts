import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql } from '@repo/postgres';
import { eventually } from '@repo/testing';
import {
  answerTo,
  cancelled,
  cancelledRecord,
  caughtUp,
  database,
  get,
  identity,
  isBlocked,
  ledgerOf,
  paymentOf,
  provider,
  proxy,
  publish,
  query,
  reserved,
  reservedRecord,
  saidOf,
} from './payment-service.ts';
import { heldAnswer, type Interference } from './provider.ts';

const PAID_BACK = [
  ['payment.captured', 2],
  ['payment.refunded', 3],
];

/** That a payment was captured once and paid back once, and that nothing more comes. */
async function isPaidBackOnce(orderId: string, cents = 11_948): Promise<void> {
  await answerTo(orderId, 'payment.refunded');
  await settled();
  assert.deepEqual(saidOf(orderId), PAID_BACK);
  assert.deepEqual(await ledgerOf(orderId), [
    ['capture', cents],
    ['refund', cents],
  ]);
}

/** That no money has moved, and the provider has never heard of the order. */
async function wasNeverAskedFor(orderId: string): Promise<void> {
  await settled();
  assert.deepEqual(provider.callsFor(orderId), []);
  assert.deepEqual(await ledgerOf(orderId), []);
}

/** A payment that comes after, and is paid back, has been through all that could still come of the ones before. */
async function settled(): Promise<void> {
  const orderId = await reserved('tok_ok');
  await cancelled(orderId);
  await answerTo(orderId);
  await caughtUp();
}

async function viewOf(orderId: string, customerId: string) {
  const token = await identity.token({ customer: customerId });
  return (await get(`/v1/payments?orderId=${orderId}`, { token })).body.items;
}

/** Publishes an order whose calls are interfered with; answers its id. */
async function reservedWith(interference: Interference): Promise<string> {
  const orderId = randomUUID();
  provider.interfere(orderId, interference);
  await publish([reservedRecord('tok_ok', { orderId })]);
  return orderId;
}

test('what was captured for an order is paid back when it is cancelled: once, and all of it', async () => {
  const customerId = randomUUID();
  const orderId = await reserved('tok_ok', { customerId, totalCents: 700 });
  await answerTo(orderId);

  await cancelled(orderId);

  const event = await answerTo(orderId, 'payment.refunded');
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

test('a payment is captured and paid back under a key of its own each', async () => {
  const orderId = await reserved('tok_ok', { totalCents: 700 });
  const { data } = await answerTo(orderId);
  await cancelled(orderId);
  await answerTo(orderId, 'payment.refunded');

  const [capture, refund] = provider.callsFor(orderId);
  const captureId = (await paymentOf(orderId))?.capture_id;
  assert.deepEqual([capture?.key, refund?.key], [data.paymentId, `${data.paymentId}-refund`]);
  assert.deepEqual(refund?.body, { captureId, amountCents: 700 });
});

test('a cancel while the provider is asked waits for its answer, and what was captured is paid back', async () => {
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

test('a cancel while the provider is asked, and declines, leaves nothing to pay back', async () => {
  const { interference, asked, letGo } = heldAnswer('capture');
  const orderId = randomUUID();
  provider.interfere(orderId, interference);
  await publish([reservedRecord('tok_declined', { orderId })]);
  await asked();
  await cancelled(orderId);
  await caughtUp();

  letGo();

  await answerTo(orderId);
  await settled();
  assert.deepEqual(saidOf(orderId), [['payment.declined', 2]]);
  assert.deepEqual(await ledgerOf(orderId), []);
});

test('a capture whose answer is lost is found after the cancel by asking again, and paid back', async () => {
  let isCancelled = false;
  const orderId = await reservedWith(async (call, answer) => {
    const result = await answer();
    return call.kind === 'refund' || isCancelled ? result : 'none';
  });
  await eventually(() => provider.callsFor(orderId).length >= 1);
  await cancelled(orderId);
  await caughtUp();
  assert.deepEqual(saidOf(orderId), []);
  isCancelled = true;

  await isPaidBackOnce(orderId);
  assert.equal(new Set(provider.callsFor(orderId, 'capture').map(({ key }) => key)).size, 1);
});

const FRUITLESS: [string, Awaited<ReturnType<Interference>>][] = [
  ['was broken off', 'none'],
  ['failed', { status: 500, body: {} }],
];

for (const [what, fruitless] of FRUITLESS) {
  test(`a call that ${what} before anything was captured is sent again after the cancel, since nobody can know`, async () => {
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

test('a capture that is being recorded and a cancel that is being heard: the cancel waits, and finds the capture', async () => {
  // Past its deadline, the service leaves it to this test, which plays another replica.
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

  await answerTo(orderId, 'payment.refunded');
  await settled();
  assert.deepEqual(await ledgerOf(orderId), [
    ['capture', 11_948],
    ['refund', 11_948],
  ]);
});

test('a cancel that is being heard and a capture that is to be recorded: the record waits, and finds the cancel', async () => {
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

test('an order that is cancelled after its time, before its payment was asked for, is never asked for', async () => {
  const orderId = randomUUID();
  await publish([reservedRecord('tok_ok', { orderId, deadlineAt: new Date(Date.now() - 1_000) })]);
  await caughtUp();
  await settled();
  assert.equal((await paymentOf(orderId))?.status, 'pending');
  assert.deepEqual(saidOf(orderId), []);

  await cancelled(orderId);

  const { data } = await answerTo(orderId, 'payment.declined');
  assert.deepEqual(data, { orderId, version: 2, reason: 'no longer wanted' });
  assert.equal((await paymentOf(orderId))?.payment_token, null);
  await wasNeverAskedFor(orderId);
});

test('a payment that was asked for in time is asked for until its outcome is known, whatever the time', async () => {
  let isWell = false;
  const orderId = await reservedWith(async (_call, answer) => (isWell ? answer() : 'none'));
  await eventually(() => provider.callsFor(orderId).length >= 1);
  await query('update payments set deadline_at = now() where order_id = $1', [orderId]);
  const before = provider.callsFor(orderId).length;
  await eventually(() => provider.callsFor(orderId).length > before + 1);
  isWell = true;

  assert.equal((await answerTo(orderId)).type, 'payment.captured');
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});

test('an order that is cancelled while the provider cannot be reached is never asked for', async (t) => {
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

  assert.equal((await answerTo(orderId)).type, 'payment.declined');
  await wasNeverAskedFor(orderId);
});

test('an order that is cancelled before it asks for its payment finds it refused', async () => {
  const [orderId, customerId] = [randomUUID(), randomUUID()];
  await publish([cancelledRecord(orderId, { customerId })]);
  await caughtUp();
  await publish([reservedRecord('tok_ok', { orderId, customerId })]);
  await caughtUp();

  await wasNeverAskedFor(orderId);
  assert.deepEqual(saidOf(orderId), []);
  assert.deepEqual(await viewOf(orderId, customerId), []);
  assert.equal((await paymentOf(orderId))?.payment_token, null);
});

test('a cancel that comes in one batch with what it cancels, before it or after it, moves no money for good', async () => {
  const [before, after] = [randomUUID(), randomUUID()];
  await publish([
    cancelledRecord(before),
    reservedRecord('tok_ok', { orderId: before }),
    reservedRecord('tok_ok', { orderId: after }),
    cancelledRecord(after),
  ]);

  await wasNeverAskedFor(before);
  await answerTo(after);
  await eventually(async () => ['declined', 'refunded'].includes((await paymentOf(after))?.status ?? ''));
  const ledger = await ledgerOf(after);
  assert.ok(ledger.length === 0 || ledger.length === 2);
});

test('a cancel that comes twice, in one batch or in two, pays back once', async () => {
  const orderId = await reserved('tok_ok');
  await answerTo(orderId);
  const record = cancelledRecord(orderId);
  await publish([record, record]);
  await answerTo(orderId, 'payment.refunded');
  await publish([record]);

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 1);
});

test('a cancel that is said anew, under another id, pays back once too', async () => {
  const orderId = await reserved('tok_ok');
  await answerTo(orderId);
  await publish([cancelledRecord(orderId), cancelledRecord(orderId)]);
  await answerTo(orderId, 'payment.refunded');
  await cancelled(orderId);

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 1);
});

test('an order that was never paid for is cancelled twice, and nothing comes of it', async () => {
  const orderId = randomUUID();
  await publish([cancelledRecord(orderId), cancelledRecord(orderId)]);
  await cancelled(orderId);

  await wasNeverAskedFor(orderId);
  assert.deepEqual(saidOf(orderId), []);
});

test('fifty orders that are cancelled at once, in whatever state: none costs anything in the end', async () => {
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
