import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  cancelledRecord,
  caughtUp,
  ledgerOf,
  outcomeOf,
  paymentOf,
  provider,
  publish,
  published,
  reservedRecord,
} from './payment-service.ts';

/** Whether the last calls were about a second apart. */
function areFarBetween(calls: { at: number }[]): boolean {
  const last = calls.slice(-4).map(({ at }) => at);
  return last.length === 4 && last.slice(1).every((at, index) => at - (last[index] as number) >= 950);
}

test('while every call fails, the circuit is open and lets one call a second through; payments wait', async () => {
  await provider.behave({ errorRate: 1 });
  const orderIds = Array.from({ length: 60 }, () => randomUUID() as string);
  const unwanted = orderIds.slice(40);
  await publish(orderIds.map((orderId) => reservedRecord('tok_ok', { orderId })));

  await eventually(() => provider.calls.length > 20 && areFarBetween(provider.calls), {
    timeoutMs: 30_000,
    what: 'the circuit to open',
  });
  await publish(unwanted.map((orderId) => cancelledRecord(orderId)));
  await caughtUp();
  for (const orderId of orderIds) assert.equal((await paymentOf(orderId))?.status, 'pending');
  assert.deepEqual(published, []);

  await provider.behave();

  for (const orderId of orderIds.slice(0, 40)) {
    assert.equal((await outcomeOf(orderId)).type, 'payment.captured');
    assert.deepEqual(await ledgerOf(orderId), [['capture', 11_948]]);
    // Waiting does not count as a try.
    assert.equal((await paymentOf(orderId))?.attempts, provider.callsFor(orderId).length);
  }
  for (const orderId of unwanted) {
    const movements = await eventually(async () => {
      const { status } = (await paymentOf(orderId)) ?? {};
      return (status === 'declined' || status === 'refunded') && ledgerOf(orderId);
    });
    assert.equal(movements.length, provider.callsFor(orderId).length === 0 ? 0 : 2);
  }
});
