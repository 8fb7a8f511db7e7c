import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@repo/testing';
import {
  cancelledRecord,
  eventsOf,
  ledgerOf,
  outcomeOf,
  provider,
  publish,
  reservedRecord,
  startReplica,
} from './payment-service.ts';

/** More than one replica claims at a time. */
const MANY = 100;

test('replicas share the due payments: each is captured once and refunded once', async () => {
  await startReplica();
  const gate = Promise.withResolvers<void>();
  const orderIds = Array.from({ length: MANY }, () => randomUUID() as string);
  for (const orderId of orderIds)
    provider.interfere(orderId, async (_call, answer) => {
      await gate.promise;
      return answer();
    });
  await publish(orderIds.map((orderId) => reservedRecord('tok_ok', { orderId })));
  await eventually(() => provider.calls.length === MANY, { what: 'all calls at once' });

  await publish(orderIds.map((orderId) => cancelledRecord(orderId)));
  gate.resolve();

  for (const orderId of orderIds) await outcomeOf(orderId, 'payment.refunded');
  for (const orderId of orderIds) {
    assert.deepEqual(
      provider.callsFor(orderId).map(({ kind }) => kind),
      ['capture', 'refund'],
    );
    assert.deepEqual(eventsOf(orderId), [
      ['payment.captured', 2],
      ['payment.refunded', 3],
    ]);
    assert.deepEqual(await ledgerOf(orderId), [
      ['capture', 11_948],
      ['refund', 11_948],
    ]);
  }
});
