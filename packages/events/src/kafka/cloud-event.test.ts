import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHeaders, encodeEvent } from './cloud-event.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ID = '0198c5a0-0000-7000-8000-000000000001';

const row = {
  position: 7,
  id: ID,
  topic: 'order.events' as const,
  type: 'order.placed',
  key: 'order-1',
  data: '{"orderId":"order-1"}',
  traceparent: TRACEPARENT,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
};

test('an event travels as a CloudEvent in binary mode', () => {
  assert.deepEqual(encodeEvent(row, 'order'), {
    key: 'order-1',
    value: '{"orderId":"order-1"}',
    headers: {
      ce_specversion: '1.0',
      ce_id: ID,
      ce_source: '/order',
      ce_type: 'order.placed',
      ce_time: '2026-01-02T03:04:05.678Z',
      ce_subject: 'order-1',
      'content-type': 'application/json',
      traceparent: TRACEPARENT,
    },
  });
});

test('the span that sends an event stands in its traceparent instead of the one that said it', () => {
  const sending = TRACEPARENT.replace('b7ad6b7169203331', 'aaaaaaaaaaaaaaaa');

  assert.equal(encodeEvent(row, 'order', sending).headers.traceparent, sending);
});

test('an event that nothing traced has no traceparent', () => {
  assert.ok(!('traceparent' in encodeEvent({ ...row, traceparent: null }, 'order').headers));
});

test('what was written is read', () => {
  assert.deepEqual(decodeHeaders(encodeEvent(row, 'order').headers), {
    id: ID,
    type: 'order.placed',
    key: 'order-1',
    occurredAt: row.createdAt,
    traceparent: TRACEPARENT,
  });
});

test('headers that are not those of a CloudEvent are refused', () => {
  const { headers } = encodeEvent(row, 'order');
  for (const name of ['ce_id', 'ce_type', 'ce_time', 'ce_subject']) {
    const { [name]: _missing, ...rest } = headers;
    assert.throws(() => decodeHeaders(rest), new RegExp(name));
  }
  assert.throws(() => decodeHeaders({ ...headers, ce_id: '7' }), /ce_id/);
  assert.throws(() => decodeHeaders({ ...headers, ce_time: 'yesterday' }), /ce_time/);
});
