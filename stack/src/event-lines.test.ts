import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { ReceivedRecord } from '@tenfold/events';
import { isAbout, readableEvent } from './event-lines.ts';

function record(data: unknown, more: Partial<ReceivedRecord> = {}): ReceivedRecord {
  const headers = { ce_type: 'order.reserved', ce_time: '2026-01-02T03:04:05.006Z', ce_subject: '42' };
  const place = { topic: 'order.events', partition: 0, offset: 0n, timestamp: new Date(0) };
  const value = JSON.stringify(data);
  const raw = { key: Buffer.from('42'), value: Buffer.from(value) };
  return { ...place, key: '42', headers, allHeaders: headers, value, raw, ...more };
}

test('an event is shown in one line, without the payment token', () => {
  const line = stripVTControlCharacters(readableEvent(record({ orderId: '42', paymentToken: 'tok_ok' })));
  const data = '{"orderId":"42","paymentToken":"[redacted]"}';
  assert.equal(line, `03:04:05.006 order.events     order.reserved    42 ${data}`);
});

test('an event concerns an order by its key or by its data', () => {
  assert.ok(isAbout(record({}), '42'));
  assert.ok(isAbout(record({ orderId: '7' }), '7'));
  assert.ok(!isAbout(record({ orderId: '7' }), '8'));
  assert.ok(isAbout(record({}), undefined));
});

test('a record that is no event of ours is shown as well as it can be', () => {
  const line = readableEvent(record({}, { headers: {}, value: 'no JSON' }));
  assert.match(stripVTControlCharacters(line), /no CloudEvent +42 \{"unreadable":"no JSON"\}/);
});
