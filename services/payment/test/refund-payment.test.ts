import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '@repo/testing';
import { ODD_RESPONSES } from './odd-responses.ts';
import {
  alarmsAbout,
  cancelled,
  eventsOf,
  ledgerOf,
  outcomeOf,
  paymentOf,
  provider,
  query,
  reserved,
} from './payment-service.ts';
import { heldAnswer, type Interference } from './provider.ts';

const PAID_BACK = [
  ['capture', 11_948],
  ['refund', 11_948],
];

/** A captured and then cancelled order; the calls about it are interfered with. */
async function cancelledWith(interference: Interference): Promise<string> {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId);
  provider.interfere(orderId, interference);
  await cancelled(orderId);
  return orderId;
}

/** Replaces the replies to the first refunds; later ones get the usual reply. */
function atFirst(...interferences: Interference[]): Interference {
  return (call, answer) => (interferences.shift() ?? answer)(call, answer);
}

const lost: Interference = async (_call, answer) => {
  await answer();
  return 'none';
};
const failed: Interference = async () => ({ status: 500, body: {} });

/** Asserts that one movement refunded the money, however many calls there were, all under the same key. */
async function isPaidBackOnce(orderId: string): Promise<void> {
  await outcomeOf(orderId, 'payment.refunded');
  assert.deepEqual(await ledgerOf(orderId), PAID_BACK);
  const keys = new Set(provider.callsFor(orderId, 'refund').map(({ key }) => key));
  assert.equal(keys.size, 1);
  assert.ok(provider.callsFor(orderId, 'capture').every(({ key }) => !keys.has(key)));
}

test('a refund whose reply is lost is repeated, under the same key: the customer is refunded once', async () => {
  const orderId = await cancelledWith(atFirst(lost, lost));

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 3);
});

test('a refund that fails is repeated, under the same key, until it succeeds', async () => {
  const orderId = await cancelledWith(atFirst(failed, failed, lost, failed));

  await isPaidBackOnce(orderId);
  assert.equal(provider.callsFor(orderId, 'refund').length, 5);
});

test('a slow refund holds up no other payment, and is not repeated', async () => {
  const { interference, asked, letGo } = heldAnswer('refund');
  const slow = await cancelledWith(interference);
  await asked();
  const quick = await cancelledWith(atFirst());
  await outcomeOf(quick, 'payment.refunded');
  assert.deepEqual(eventsOf(slow), [['payment.captured', 2]]);

  letGo();

  await isPaidBackOnce(slow);
  assert.equal(provider.callsFor(slow, 'refund').length, 1);
});

test('the tries of a refund are counted from zero, however often the capture was tried', async () => {
  const orderId = await reserved('tok_flaky');
  await outcomeOf(orderId);
  assert.equal((await paymentOf(orderId))?.attempts, 3);

  await cancelled(orderId);

  await isPaidBackOnce(orderId);
  assert.equal((await paymentOf(orderId))?.attempts, 1);
});

test('a refunded payment stays refunded, even if its row becomes due again', async () => {
  const orderId = await cancelledWith(atFirst());
  await isPaidBackOnce(orderId);
  await query('update payments set due_at = now() where order_id = $1', [orderId]);

  const later = await cancelledWith(atFirst());

  await isPaidBackOnce(later);
  assert.equal(provider.callsFor(orderId, 'refund').length, 1);
});

suite('an answer to a refund that is not definite', { concurrency: true }, () => {
  for (const [what, { interference, isAlarm }] of Object.entries(ODD_RESPONSES)) {
    test(`a response ${what} is no refund: the call is repeated until the response is definite`, async () => {
      const orderId = await cancelledWith(interference);
      await eventually(() => provider.callsFor(orderId, 'refund').length >= 2, { what: 'the second try' });
      assert.equal((await paymentOf(orderId))?.status, 'captured');
      assert.deepEqual(eventsOf(orderId), [['payment.captured', 2]]);
      assert.equal(alarmsAbout(orderId).length > 0, isAlarm);

      provider.interfere(orderId);

      await isPaidBackOnce(orderId);
    });
  }
});
