import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { eventually } from '@repo/testing';
import { ODD_ANSWERS } from './odd-answers.ts';
import {
  alarmsAbout,
  answerTo,
  caughtUp,
  paymentOf,
  provider,
  publish,
  query,
  reserved,
  reservedRecord,
  said,
  saidOf,
} from './payment-service.ts';

test('the payment of an order that has its stock is captured: once, and for what the order costs', async () => {
  const orderId = await reserved('tok_ok', { totalCents: 11_948 });
  const event = await answerTo(orderId);

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

test("the provider is asked under the payment's own key", async () => {
  const orderId = await reserved('tok_ok', { totalCents: 500 });
  await answerTo(orderId);

  const [{ key, body } = {}, ...more] = provider.callsFor(orderId);
  assert.deepEqual(more, []);
  assert.equal(key, (await paymentOf(orderId))?.id);
  assert.deepEqual(body, { reference: orderId, amountCents: 500, currency: 'EUR', token: 'tok_ok' });
});

test('a payment that is declined is over, and says so; no money moves', async () => {
  const orderId = await reserved('tok_declined');
  const event = await answerTo(orderId);

  const payment = await paymentOf(orderId);
  assert.equal(event.type, 'payment.declined');
  assert.deepEqual(event.data, { orderId, version: 2, reason: 'declined by the payment provider' });
  assert.deepEqual([payment?.status, payment?.payment_token, payment?.capture_id], ['declined', null, null]);
  assert.deepEqual(await provider.movementsOf(orderId), []);
  assert.equal(provider.callsFor(orderId).length, 1);
});

test('a provider that fails is asked again, under the same key, until it works', async () => {
  const orderId = await reserved('tok_flaky');
  const event = await answerTo(orderId);

  assert.equal(event.type, 'payment.captured');
  assert.equal(provider.callsFor(orderId).length, 3);
  assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

test('an answer that is lost is asked for again, under the same key, and the customer pays once', async () => {
  const orderId = await reserved('tok_lost_reply');
  const event = await answerTo(orderId);

  assert.equal(event.type, 'payment.captured');
  assert.equal(provider.callsFor(orderId).length, 2);
  assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

test('a provider that is slow with one payment holds up no other, and is not asked twice', async () => {
  const slow = await reserved('tok_slow');
  await eventually(() => provider.callsFor(slow).length === 1);
  const quick = await reserved('tok_ok');
  await answerTo(quick);

  assert.equal((await paymentOf(slow))?.status, 'pending');
  assert.equal((await answerTo(slow)).type, 'payment.captured');
  assert.equal(provider.callsFor(slow).length, 1);
});

test('a provider that is away is asked until it is back', async () => {
  const orderId = randomUUID();
  provider.interfere(orderId, async () => 'none');
  await publish([reservedRecord('tok_ok', { orderId })]);
  await eventually(() => provider.callsFor(orderId).length >= 2);
  assert.equal((await paymentOf(orderId))?.status, 'pending');

  provider.interfere(orderId);

  assert.equal((await answerTo(orderId)).type, 'payment.captured');
  assert.equal((await provider.movementsOf(orderId)).length, 1);
});

suite('an answer of the provider that is not definite', { concurrency: true }, () => {
  for (const [what, { interference, isAlarm }] of Object.entries(ODD_ANSWERS)) {
    test(`an answer ${what} settles nothing: the same is asked again until the answer is definite`, async () => {
      const orderId = randomUUID();
      provider.interfere(orderId, interference);
      await publish([reservedRecord('tok_ok', { orderId })]);
      await eventually(() => provider.callsFor(orderId).length >= 2, { what: 'the second try' });
      assert.equal((await paymentOf(orderId))?.status, 'pending');
      assert.deepEqual(saidOf(orderId), []);
      assert.equal(alarmsAbout(orderId).length > 0, isAlarm);

      provider.interfere(orderId);

      assert.equal((await answerTo(orderId)).type, 'payment.captured');
      assert.equal((await provider.movementsOf(orderId)).length, 1);
      assert.equal(new Set(provider.callsFor(orderId).map(({ key }) => key)).size, 1);
    });
  }
});

test('an order that is announced twice, in one batch or in two, is paid for once', async () => {
  const record = reservedRecord('tok_ok');
  await publish([record, record]);
  await answerTo(record.key);
  await publish([record]);
  await caughtUp();

  await isPaidForOnce(record.key);
});

test('an order that is announced anew, under another id, is paid for once too', async () => {
  const orderId = randomUUID();
  await publish([reservedRecord('tok_ok', { orderId }), reservedRecord('tok_ok', { orderId })]);
  await answerTo(orderId);
  await publish([reservedRecord('tok_ok', { orderId })]);
  await caughtUp();

  await isPaidForOnce(orderId);
});

async function isPaidForOnce(orderId: string): Promise<void> {
  // A payment that comes after has been through all that a second one would go through.
  await answerTo(await reserved('tok_ok'));
  assert.equal((await query('select id from payments where order_id = $1', [orderId])).length, 1);
  assert.equal(provider.callsFor(orderId).length, 1);
  assert.equal((await provider.movementsOf(orderId)).length, 1);
  assert.equal(said.filter(({ key }) => key === orderId).length, 1);
}

test('a hundred orders at once are all paid for, each once', async () => {
  const orderIds = Array.from({ length: 100 }, () => randomUUID() as string);
  await publish(orderIds.map((orderId) => reservedRecord('tok_ok', { orderId })));

  for (const orderId of orderIds) await answerTo(orderId);

  for (const orderId of orderIds) assert.equal(provider.callsFor(orderId).length, 1);
  assert.equal(said.filter(({ key }) => orderIds.includes(key)).length, 100);
});

test('the payment token is said to nobody but the provider, and forgotten when the payment is settled', async () => {
  const orderId = await reserved('tok_canary_9');
  const event = await answerTo(orderId);

  assert.equal(provider.callsFor(orderId)[0]?.body.token, 'tok_canary_9');
  assert.doesNotMatch(JSON.stringify(event), /canary/);
  const rows = await query<{ row: string }>(
    'select payments::text as row from payments where order_id = $1',
    [orderId],
  );
  assert.doesNotMatch(rows[0]?.row ?? 'canary', /canary/);
});
