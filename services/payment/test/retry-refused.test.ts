import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import { runRetryRefused } from './payment-process.ts';
import { outcomeOf, provider, publish, query, reservedRecord } from './payment-service.ts';
import type { Interference } from './provider.ts';

const refused: Interference = async () => ({ status: 401, body: { message: 'Wrong credentials.' } });

test('refused payments become due at once; a claimed payment keeps its lease', async (t) => {
  const [orderId, inHand] = [randomUUID(), randomUUID()];
  const isAsked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  t.after(() => gate.resolve());
  let isFixed = false;
  provider.interfere(orderId, (call, response) => (isFixed ? response() : refused(call, response)));
  provider.interfere(inHand, async (_call, response) => {
    isAsked.resolve();
    await gate.promise;
    return response();
  });
  await publish([reservedRecord('tok_ok', { orderId })]);
  const putOff = `
    update payments set due_at = now() + interval '1 hour'
    where order_id = $1 and refused_since is not null returning id`;
  await eventually(async () => (await query(putOff, [orderId])).length > 0, { what: 'a refusal' });
  // From here to the comparison of its lease this call is running: its time limit is ten seconds.
  await publish([reservedRecord('tok_ok', { orderId: inHand })]);
  await isAsked.promise;
  const leaseOf = () =>
    query('select due_at, leased_until, attempts from payments where order_id = $1', [inHand]);
  const lease = await leaseOf();
  isFixed = true;

  const retried = await runRetryRefused();

  assert.deepEqual(await leaseOf(), lease);
  assert.deepEqual(retried, { lines: ['Payments that are due now: 1'], status: 0 });
  assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
  gate.resolve();
  assert.equal((await outcomeOf(inHand)).type, 'payment.captured');
  assert.deepEqual(await runRetryRefused(), { lines: ['Payments that are due now: 0'], status: 0 });
});
