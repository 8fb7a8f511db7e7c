import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Span } from '../telemetry/span.ts';
import { traceTree } from './trace-tree.ts';

function span(spanId: string, parentSpanId: string, name: string, facts: Partial<Span> = {}): Span {
  const [startMs, durationMs] = [1_000 + Number(spanId), 10];
  const none = { kind: 1, failed: false, attributes: {}, links: [] };
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    service: 'order',
    name,
    startMs,
    durationMs,
    ...none,
    ...facts,
  };
}

const statement = { kind: 3, attributes: { 'db.system.name': 'postgresql' } };
const spans = [
  span('1', '', 'POST /v1/orders', { kind: 2 }),
  span('2', '1', 'send order.placed', { kind: 4 }),
  span('3', '1', 'insert', statement),
  span('4', '1', 'commit', statement),
  span('5', '2', 'process order.placed', { kind: 5, service: 'inventory' }),
  span('6', '2', 'process order.placed', { kind: 5, service: 'notification' }),
  span('7', '5', 'POST', { kind: 3, service: 'inventory', attributes: { 'url.path': '/v1/captures' } }),
  span('8', '6', 'send message', { service: 'notification' }),
];

test('a trace is shown as a tree, its times from the request, its statements counted', () => {
  assert.deepEqual(traceTree(spans).map(stripVTControlCharacters), [
    '  service       span                        start     time  SQL',
    '  order         POST /v1/orders              0 ms    10 ms    2',
    '  order         └ send order.placed          1 ms    10 ms',
    '  inventory      ├ process order.placed      4 ms    10 ms',
    '  inventory      │└ POST /v1/captures        6 ms    10 ms',
    '  notification   └ process order.placed      5 ms    10 ms',
    '  notification    └ send message             7 ms    10 ms',
  ]);
});

test('a span whose parent was not received begins a tree of its own', () => {
  const called = spans.map((one) => (one.spanId === '1' ? { ...one, parentSpanId: 'of-a-caller' } : one));
  assert.deepEqual(traceTree(called), traceTree(spans));

  const torn = traceTree(spans.filter(({ spanId }) => spanId !== '2')).map(stripVTControlCharacters);
  assert.match(torn.join('\n'), /^ {2}inventory {5}process order\.placed .*\n {2}inventory {5}└ POST/m);
});

test('a trace of strange spans is shown: of any depth, with any names, in a circle', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) =>
    span(String(index), index ? String(index - 1) : '', 'step'),
  );
  assert.ok(traceTree(chain).length < 100);

  const url = { attributes: { 'url.path': { toString: null } } };
  const strange = [span('1', '', 'a\u001b[2J\n', { service: 'constructor' }), span('2', '1', 'POST', url)];
  const lines = traceTree(strange).map(stripVTControlCharacters);
  assert.match(lines[1] ?? '', /^ {2}constructor {3}a\\x1b\[2J\\x0a /);
  assert.match(lines[2] ?? '', /POST \{"toString":null\}/);

  assert.deepEqual(traceTree([span('1', '2', 'a'), span('2', '1', 'b')]).length, 1);
});
