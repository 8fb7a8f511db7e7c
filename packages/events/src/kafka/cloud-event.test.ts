import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHeaders, encodeEvent } from './cloud-event.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ID = '0198c5a0-0000-7000-8000-000000000001';

const row = {
  position: 7,
  id: ID,
  topic: 'meter.events' as const,
  type: 'meter.read',
  key: 'meter-1',
  data: '{"meterId":"meter-1"}',
  traceparent: TRACEPARENT,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
};

test('an event is encoded as a CloudEvent in binary mode', () => {
  assert.deepEqual(encodeEvent(row, 'meter'), {
    key: 'meter-1',
    value: '{"meterId":"meter-1"}',
    headers: {
      ce_specversion: '1.0',
      ce_id: ID,
      ce_source: '/meter',
      ce_type: 'meter.read',
      ce_time: '2026-01-02T03:04:05.678Z',
      ce_subject: 'meter-1',
      'content-type': 'application/json',
      traceparent: TRACEPARENT,
    },
  });
});

test('the traceparent of a sent event names the span that sends it', () => {
  const sending = TRACEPARENT.replace('b7ad6b7169203331', 'aaaaaaaaaaaaaaaa');

  assert.equal(encodeEvent(row, 'meter', sending).headers.traceparent, sending);
});

test('an event without a trace has no traceparent', () => {
  assert.ok(!('traceparent' in encodeEvent({ ...row, traceparent: null }, 'meter').headers));
});

test('decoding reverses encoding', () => {
  assert.deepEqual(decodeHeaders(encodeEvent(row, 'meter').headers), {
    id: ID,
    type: 'meter.read',
    key: 'meter-1',
    occurredAt: row.createdAt,
    traceparent: TRACEPARENT,
  });
});

test('headers that are not those of a CloudEvent are refused', () => {
  const { headers } = encodeEvent(row, 'meter');
  for (const name of ['ce_id', 'ce_type', 'ce_time', 'ce_subject']) {
    const { [name]: _missing, ...rest } = headers;
    assert.throws(() => decodeHeaders(rest), new RegExp(name));
  }
  assert.throws(() => decodeHeaders({ ...headers, ce_id: '7' }), /ce_id/);
  assert.throws(() => decodeHeaders({ ...headers, ce_time: 'yesterday' }), /ce_time/);
});
