import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  alarmsAbout,
  cancelled,
  caughtUp,
  eventsOf,
  ledgerOf,
  outcomeOf,
  paymentOf,
  provider,
  publish,
  query,
  reserved,
  reservedRecord,
} from './payment-service.ts';
import type { Interference } from './provider.ts';

const PAID_BACK = [
  ['capture', 11_948],
  ['refund', 11_948],
];

const refused: Interference = async () => ({ status: 422, body: { message: 'No such token.' } });
const lost: Interference = async (_call, answer) => {
  await answer();
  return 'none';
};
const broken: Interference = async () => 'none';
/** The provider has dropped the key, so the same call is a new one. */
const forgotten: Interference = (call) => provider.capture(randomUUID(), call.body);

/** Applies the interferences in their order, and the last one from then on. */
function inOrder(...interferences: Interference[]): Interference {
  return (call, answer) => {
    const interference = interferences.length > 1 ? interferences.shift() : interferences[0];
    return (interference as Interference)(call, answer);
  };
}

async function reservedWith(interference: Interference): Promise<string> {
  const orderId = randomUUID();
  provider.interfere(orderId, interference);
  await publish([reservedRecord('tok_ok', { orderId })]);
  return orderId;
}

async function capturedAndCancelled(interference: Interference): Promise<string> {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId, 'payment.captured');
  provider.interfere(orderId, interference);
  await cancelled(orderId);
  return orderId;
}

function areCalled(orderId: string, times: number, kind: 'capture' | 'refund' = 'capture') {
  const enough = () => provider.callsFor(orderId, kind).length >= times;
  return eventually(enough, { what: `${times} calls`, timeoutMs: 20_000 });
}

/** Waits until the service has recorded this many refusals. */
async function hasRefusals(orderId: string, refusals: number): Promise<void> {
  const isSo = async () => {
    const rows = await query('select 1 from payments where order_id = $1 and refusals >= $2', [
      orderId,
      refusals,
    ]);
    return rows.length > 0;
  };
  await eventually(isSo, { what: `${refusals} refusals`, timeoutMs: 20_000 });
}

/** Changes a payment at a moment when it is not claimed: the worker goes by the values of its claim. */
async function change(orderId: string, changes: string): Promise<void> {
  const text = `update payments set ${changes} where order_id = $1 and leased_until is null returning id`;
  await eventually(async () => (await query(text, [orderId])).length > 0, {
    what: 'the payment not to be claimed',
  });
}

/** Makes a capture in doubt older than its key. */
const outlivesItsKey = (orderId: string) =>
  change(orderId, "asked_at = now() - interval '25 hours', due_at = now() + interval '1 hour'");

test('a refused capture counts as not asked for: at its deadline it is declined, and not asked for again', async () => {
  const orderId = await reservedWith(refused);
  await areCalled(orderId, 2);
  assert.deepEqual(eventsOf(orderId), []);

  await change(orderId, 'deadline_at = now(), due_at = now()');

  const { data } = await outcomeOf(orderId, 'payment.declined');
  const reason = 'refused by the payment provider until the deadline';
  assert.deepEqual(data, { orderId, version: 2, reason });
  const calls = provider.callsFor(orderId).length;
  await outcomeOf(await reserved('tok_ok'));
  assert.equal(provider.callsFor(orderId).length, calls);
  assert.deepEqual(await ledgerOf(orderId), []);
});

test('the next call for a refused capture is never later than its deadline', async () => {
  const orderId = await reservedWith(refused);
  await hasRefusals(orderId, 1);
  // By now its backoff is about an hour.
  await change(orderId, "refusals = 29, due_at = now(), deadline_at = now() + interval '5 seconds'");

  assert.equal((await outcomeOf(orderId)).type, 'payment.declined');
});

test('a cancellation settles a refused capture at once, and there is nothing to refund', async () => {
  const orderId = await reservedWith(refused);
  await hasRefusals(orderId, 1);
  await change(orderId, "due_at = now() + interval '1 hour'");
  await caughtUp();

  await cancelled(orderId);

  const { data } = await outcomeOf(orderId, 'payment.declined');
  assert.deepEqual(data, { orderId, version: 2, reason: 'no longer wanted' });
  assert.deepEqual(provider.callsFor(orderId, 'refund'), []);
  assert.deepEqual(await ledgerOf(orderId), []);
});

test('an alarm is raised for the first refusal and for the tenth, and for none between', async () => {
  const orderId = await reservedWith(refused);
  await areCalled(orderId, 3);
  await hasRefusals(orderId, 3);
  assert.deepEqual(
    alarmsAbout(orderId).map(({ refusals, reason }) => [refusals, reason]),
    [[1, 'The payment provider refused with 422.']],
  );

  await change(orderId, 'refusals = 8, due_at = now()');
  await hasRefusals(orderId, 9);
  assert.equal(alarmsAbout(orderId).length, 1);
  await change(orderId, 'due_at = now()');
  await hasRefusals(orderId, 10);

  assert.deepEqual(
    alarmsAbout(orderId).map(({ refusals }) => refusals),
    [1, 10],
  );
});

test('a capture that is refused until our fault is fixed succeeds then, once', async () => {
  const orderId = await reservedWith(refused);
  await areCalled(orderId, 2);

  provider.interfere(orderId);

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  assert.equal((await paymentOf(orderId))?.attempts, 1);
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});

test('refused payments spend no retries of other payments', async () => {
  const orderIds = Array.from({ length: 200 }, () => randomUUID() as string);
  for (const orderId of orderIds) provider.interfere(orderId, refused);
  await publish(orderIds.map((orderId) => reservedRecord('tok_ok', { orderId })));
  const calls = () => orderIds.flatMap((orderId) => provider.callsFor(orderId)).length;
  await eventually(() => calls() >= 300, { what: 'many refusals', timeoutMs: 30_000 });

  const flaky = await reserved('tok_flaky');

  const isCaptured = () => eventsOf(flaky).length > 0;
  await eventually(isCaptured, { what: 'two retries of another payment', timeoutMs: 10_000 });
});

test('a capture that succeeded without a reply, and is refused since, is found by its order', async () => {
  const orderId = await reservedWith(inOrder(lost, refused));

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  const [movement] = await provider.movementsOf(orderId);
  assert.equal((await paymentOf(orderId))?.capture_id, movement?.id);
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});

test('a capture in doubt stays so while it is refused, until the doubt is a minute old', async () => {
  const orderId = await reservedWith(inOrder(broken, refused));
  await hasRefusals(orderId, 1);
  await cancelled(orderId);
  await caughtUp();
  await hasRefusals(orderId, 2);
  assert.equal((await paymentOf(orderId))?.status, 'pending');

  await change(orderId, "refused_since = now() - interval '61 seconds', due_at = now()");

  assert.equal((await outcomeOf(orderId)).type, 'payment.declined');
  assert.deepEqual(await ledgerOf(orderId), []);
});

test('a refund that was made by hand is recorded as refunded when the provider refuses another', async () => {
  const orderId = await reserved('tok_ok');
  await outcomeOf(orderId, 'payment.captured');
  const captureId = (await paymentOf(orderId))?.capture_id;
  await provider.refund(randomUUID(), { captureId, amountCents: 11_948 });

  await cancelled(orderId);

  await outcomeOf(orderId, 'payment.refunded');
  assert.deepEqual(await ledgerOf(orderId), PAID_BACK);
  assert.deepEqual(alarmsAbout(orderId), []);
});

test('a refund that is refused, and was not made, is repeated; the first and each tenth refusal raise an alarm', async () => {
  const orderId = await capturedAndCancelled(refused);
  await hasRefusals(orderId, 3);
  assert.equal((await paymentOf(orderId))?.status, 'captured');
  await change(orderId, 'refusals = 9, due_at = now()');
  await hasRefusals(orderId, 10);
  assert.deepEqual(
    alarmsAbout(orderId).map(({ refusals }) => refusals),
    [1, 10],
  );

  provider.interfere(orderId);
  await change(orderId, 'due_at = now()');

  await outcomeOf(orderId, 'payment.refunded');
  assert.deepEqual(await ledgerOf(orderId), PAID_BACK);
});

test('a capture in doubt for longer than the provider keeps keys is looked up, and not captured twice', async () => {
  let isBack = false;
  const orderId = await reservedWith(
    inOrder(lost, (call, answer) => (isBack ? forgotten(call, answer) : broken(call, answer))),
  );
  await areCalled(orderId, 2);
  await outlivesItsKey(orderId);
  isBack = true;
  await change(orderId, 'due_at = now()');

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});

test('a capture in doubt for that long, of which the provider knows nothing, is captured', async () => {
  let isBack = false;
  const orderId = await reservedWith((call, answer) =>
    isBack ? forgotten(call, answer) : broken(call, answer),
  );
  await areCalled(orderId, 2);
  await outlivesItsKey(orderId);
  isBack = true;
  await change(orderId, 'due_at = now()');

  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
});
