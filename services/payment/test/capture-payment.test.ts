import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { eventually } from '@repo/testing';
import { ODD_RESPONSES } from './odd-responses.ts';
import {
  alarmsAbout,
  caughtUp,
  eventsOf,
  outcomeOf,
  paymentOf,
  provider,
  publish,
  published,
  query,
  reserved,
  reservedRecord,
} from './payment-service.ts';
import { heldAnswer } from './provider.ts';

test('the payment of an order that has its stock is captured: once, and over the total of the order', async () => {
  const orderId = await reserved('tok_ok', { totalCents: 11_948 });
  const event = await outcomeOf(orderId);

  const payment = await paymentOf(orderId);
  const [movement, ...more] = await provider.movementsOf(orderId);
  assert.deepEqual(more, []);
  assert.deepEqual([movement?.kind, movement?.amountCents, movement?.currency], ['capture', 11_948, 'EUR']);
  assert.deepEqual(payment, {
    id: payment?.id,
    status: 'captured',
    version: 2,
    attempts: 1,
    payment_token: null,
    capture_id: movement?.id,
  });
  assert.equal(event.type, 'payment.captured');
  assert.equal(event.recordKey, orderId);
  assert.equal(event.headers.ce_source, '/payment');
  assert.deepEqual(event.data, {
    orderId,
    version: 2,
    paymentId: payment?.id,
    amountCents: 11_948,
    currency: 'EUR',
  });
});

test("the payment's id is the idempotency key of its capture", async () => {
  const orderId = await reserved('tok_ok', { totalCents: 500 });
  await outcomeOf(orderId);

  const [{ key, body } = {}, ...more] = provider.callsFor(orderId);
  assert.deepEqual(more, []);
  assert.equal(key, (await paymentOf(orderId))?.id);
  assert.deepEqual(body, { reference: orderId, amountCents: 500, currency: 'EUR', token: 'tok_ok' });
});

test('a declined payment is settled, and published; no money moves', async () => {
  const orderId = await reserved('tok_declined');
  const event = await outcomeOf(orderId);

  const payment = await paymentOf(orderId);
  assert.equal(event.type, 'payment.declined');
  assert.deepEqual(event.data, { orderId, version: 2, reason: 'declined by the payment provider' });
  assert.deepEqual([payment?.status, payment?.payment_token, payment?.capture_id], ['declined', null, null]);
  assert.deepEqual(await provider.movementsOf(orderId), []);
  assert.equal(provider.callsFor(orderId).length, 1);
});

test('a call that fails is repeated, under the same key, until it succeeds', async () => {
  const orderId = await reserved('tok_flaky');
  const event = await outcomeOf(orderId);

  assert.equal(event.type, 'payment.captured');
  assert.equal(provider.callsFor(orderId).length, 3);
  assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

test('a call whose reply is lost is repeated, under the same key, and the customer pays once', async () => {
  const orderId = await reserved('tok_lost_reply');
  const event = await outcomeOf(orderId);

  assert.equal(event.type, 'payment.captured');
  assert.equal(provider.callsFor(orderId).length, 2);
  assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

test('a slow call holds up no other payment, and is not repeated', async () => {
  const { interference, asked, letGo } = heldAnswer('capture');
  const slow = randomUUID();
  provider.interfere(slow, interference);
  await publish([reservedRecord('tok_slow', { orderId: slow })]);
  await asked();
  const quick = await reserved('tok_ok');
  await outcomeOf(quick);
  assert.equal((await paymentOf(slow))?.status, 'pending');

  letGo();

  assert.equal((await outcomeOf(slow)).type, 'payment.captured');
  assert.equal(provider.callsFor(slow).length, 1);
});

test('while the provider is unavailable, calls are repeated until it is back', async () => {
  const orderId = randomUUID();
  provider.interfere(orderId, async () => 'none');
  await publish([reservedRecord('tok_ok', { orderId })]);
  await eventually(() => provider.callsFor(orderId).length >= 2);
  assert.equal((await paymentOf(orderId))?.status, 'pending');

  provider.interfere(orderId);

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

suite('an answer of the provider that is not definite', { concurrency: true }, () => {
  for (const [what, { interference, isAlarm }] of Object.entries(ODD_RESPONSES)) {
    test(`a response ${what} settles nothing: the call is repeated until the response is definite`, async () => {
      const orderId = randomUUID();
      provider.interfere(orderId, interference);
      await publish([reservedRecord('tok_ok', { orderId })]);
      await eventually(() => provider.callsFor(orderId).length >= 2, { what: 'the second try' });
      assert.equal((await paymentOf(orderId))?.status, 'pending');
      assert.deepEqual(eventsOf(orderId), []);
      assert.equal(alarmsAbout(orderId).length > 0, isAlarm);

      provider.interfere(orderId);

      assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
      assert.equal((await provider.movementsOf(orderId)).length, 1);
      assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
    });
  }
});

test('an order whose reservation is consumed twice, in one batch or in two, is paid for once', async () => {
  const record = reservedRecord('tok_ok');
  await publish([record, record]);
  await outcomeOf(record.key);
  await publish([record]);
  await caughtUp();

  await isPaidForOnce(record.key);
});

test('an order whose reservation is published again, under another id, is paid for once too', async () => {
  const orderId = randomUUID();
  await publish([reservedRecord('tok_ok', { orderId }), reservedRecord('tok_ok', { orderId })]);
  await outcomeOf(orderId);
  await publish([reservedRecord('tok_ok', { orderId })]);
  await caughtUp();

  await isPaidForOnce(orderId);
});

async function isPaidForOnce(orderId: string): Promise<void> {
  // By the time that a later payment is settled, a second one would be too.
  await outcomeOf(await reserved('tok_ok'));
  assert.equal((await query('select id from payments where order_id = $1', [orderId])).length, 1);
  assert.equal(provider.callsFor(orderId).length, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
  assert.equal(published.filter(({ key }) => key === orderId).length, 1);
}

test('a hundred orders at once are all paid for, each once', async () => {
  const orderIds = Array.from({ length: 100 }, () => randomUUID() as string);
  await publish(orderIds.map((orderId) => reservedRecord('tok_ok', { orderId })));

  for (const orderId of orderIds) await outcomeOf(orderId);

  for (const orderId of orderIds) assert.equal(provider.callsFor(orderId).length, 1);
  assert.equal(published.filter(({ key }) => orderIds.includes(key)).length, 100);
});

test('the payment token is sent to the provider alone, and dropped when the payment is settled', async () => {
  const orderId = await reserved('tok_canary_9');
  const event = await outcomeOf(orderId);

  assert.equal(provider.callsFor(orderId)[0]?.body.token, 'tok_canary_9');
  assert.doesNotMatch(JSON.stringify(event), /canary/);
  const rows = await query<{ row: string }>(
    'select payments::text as row from payments where order_id = $1',
    [orderId],
  );
  assert.doesNotMatch(rows[0]?.row ?? 'canary', /canary/);
});
