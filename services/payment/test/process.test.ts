import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, startTelemetryReceiver } from '@repo/testing';
import { spawnService } from './payment-process.ts';
import {
  cancelled,
  close,
  eventsOf,
  ledgerOf,
  outcomeOf,
  provider,
  publish,
  query,
  reserved,
  reservedRecord,
  startReplica,
} from './payment-service.ts';
import { heldAnswer } from './provider.ts';

// The service runs as a process of its own.
await close();

test('a call that a killed service has sent and not recorded is sent again under the same key', async () => {
  const doomed = await spawnService();
  const refund = heldAnswer('refund');
  const paidBack = await reserved('tok_ok');
  await outcomeOf(paidBack);
  provider.interfere(paidBack, refund.interference);
  await cancelled(paidBack);
  await refund.asked();
  const capture = heldAnswer('capture');
  const captured = randomUUID();
  provider.interfere(captured, capture.interference);
  await publish([reservedRecord('tok_ok', { orderId: captured })]);
  await capture.asked();

  await doomed.kill();
  refund.letGo();
  capture.letGo();
  // Half a minute later.
  await query(`update payments set leased_until = leased_until - interval '30 seconds'`);
  const heir = await startReplica();

  await outcomeOf(paidBack, 'payment.refunded');
  await outcomeOf(captured, 'payment.captured');
  assert.deepEqual(await ledgerOf(paidBack), [
    ['capture', 11_948],
    ['refund', 11_948],
  ]);
  assert.deepEqual(await ledgerOf(captured), [['capture', 11_948]]);
  for (const calls of [provider.callsFor(paidBack, 'refund'), provider.callsFor(captured)]) {
    assert.equal(calls.length, 2);
    assert.equal(calls[0]?.key, calls[1]?.key);
  }
  assert.deepEqual(eventsOf(captured), [['payment.captured', 2]]);
  await heir.close();
});

test('every try is a span in the trace of its order, and is counted by its outcome', async () => {
  const telemetry = await startTelemetryReceiver();
  const service = await spawnService(telemetry.env);
  const traceId = randomBytes(16).toString('hex');
  const orderId = randomUUID();
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  await publish([reservedRecord('tok_flaky', { orderId, traceparent })]);
  await outcomeOf(orderId, 'payment.captured');

  const attempts = () =>
    telemetry
      .spans('capture payment', traceId)
      .map(({ attributes }) => Number(attributes['tenfold.attempts']));
  await eventually(() => attempts().length === 3, { what: 'three spans' });
  assert.deepEqual(attempts().sort(), [1, 2, 3]);
  const calls = (outcome: string) =>
    telemetry.metric('tenfold.payment_provider.calls', { operation: 'capture', outcome });
  const tries = (outcome: string) =>
    telemetry.metric('tenfold.job.attempts', { 'tenfold.job': 'capture payment', outcome });
  await eventually(() => calls('answered') === 1 && tries('done') === 1, { what: 'the counts' });
  assert.deepEqual([calls('failed'), tries('unknown')], [2, 2]);
  assert.equal(telemetry.metric('tenfold.payment_provider.breaker'), 0);
  await service.kill();
});

test('a call that cannot be sent is counted, and is no fast call', async () => {
  const telemetry = await startTelemetryReceiver();
  // A port at which nothing listens.
  const service = await spawnService({ ...telemetry.env, PAYMENT_PROVIDER_URL: 'http://127.0.0.1:9' });
  await publish([reservedRecord('tok_ok', { orderId: randomUUID() })]);

  const notSent = { operation: 'capture', outcome: 'not_sent' };
  await eventually(() => telemetry.metric('tenfold.payment_provider.calls', notSent), { what: 'a call' });
  assert.equal(telemetry.metric('tenfold.payment_provider.call.duration', notSent), undefined);
  await service.kill();
});
