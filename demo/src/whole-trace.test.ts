import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '@repo/stack';
import { isWhole } from './whole-trace.ts';

function span(spanId: string, parentSpanId: string, name: string, kind = 1): Span {
  const none = { startMs: 0, durationMs: 1, failed: false, attributes: {}, links: [] };
  return { traceId: 't', spanId, parentSpanId, service: 'order', name, kind, ...none };
}

const spans = [
  span('1', '', 'POST /v1/orders', 2),
  span('2', '1', 'send order.placed', 4),
  span('5', '2', 'process order.placed', 5),
  span('8', '5', 'send message'),
];

test('a trace is complete when its e-mail is sent, each span has a parent and each event a consumer', () => {
  assert.ok(isWhole(spans, true));
  const without = (name: string) => spans.filter((one) => one.name !== name);
  assert.ok(!isWhole(without('send message'), true));
  assert.ok(!isWhole(without('send order.placed'), true), 'a parent is missing');
  assert.ok(!isWhole(without('process order.placed'), true), 'no consumer of the event');
});
