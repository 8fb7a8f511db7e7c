import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trace } from '@opentelemetry/api';
import {
  contextOf,
  isSampled,
  traceContextOf,
  traceFieldsOf,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from './trace-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE_ID}-${SPAN_ID}-01`;
const UNSAMPLED = `00-${TRACE_ID}-${SPAN_ID}-00`;

const spanContextOf = (traceparent: string | undefined) =>
  trace.getSpanContext(contextOf(traceContextOf({ traceparent })));

test('a traceparent names the trace and the parent span', () => {
  assert.deepEqual(spanContextOf(SAMPLED), {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 1,
    isRemote: true,
  });
});

test('only the flag for sampling is read', () => {
  assert.equal(spanContextOf(SAMPLED.replace(/01$/, '03'))?.traceFlags, 1);
  assert.equal(spanContextOf(SAMPLED.replace(/01$/, '02'))?.traceFlags, 0);
});

const MALFORMED = [
  undefined,
  '',
  'x',
  SAMPLED.toUpperCase(),
  SAMPLED.slice(0, -1),
  `${SAMPLED}0`,
  `${SAMPLED}-extra`,
  SAMPLED.replace(/^00/, 'ff'),
  `${SAMPLED.replace(/^00/, 'ff')}-extra`,
  SAMPLED.replace(/^00/, 'FE'),
  SAMPLED.replace(/^00/, '0x'),
  `${SAMPLED.replace(/^00/, '01')}extra`,
  SAMPLED.replace(/^00/, '01').slice(0, -1),
  SAMPLED.replace(TRACE_ID, '0'.repeat(32)),
  SAMPLED.replace(SPAN_ID, '0'.repeat(16)),
  SAMPLED.replace(/^00/, '01').replace(SPAN_ID, '0'.repeat(16)),
  `${SAMPLED}\n`,
  ` ${SAMPLED}`,
];

for (const traceparent of MALFORMED) {
  test(`${JSON.stringify(traceparent)} is malformed and begins a new trace`, () => {
    assert.equal(spanContextOf(traceparent), undefined);
  });
}

const LATER_VERSIONS = ['01', 'fe', 'cc'].flatMap((version) =>
  ['', '-', '-extra', '-what the future-will be like', '-00'].map(
    (rest) => `${SAMPLED.replace(/^00/, version)}${rest}`,
  ),
);

for (const traceparent of LATER_VERSIONS) {
  test(`${traceparent} is read by its first four fields, and propagated as version 00`, () => {
    const parsed = traceContextOf({ traceparent });

    assert.deepEqual(spanContextOf(traceparent), spanContextOf(SAMPLED));
    assert.equal(traceparentOf(trace.getSpan(contextOf(parsed))), SAMPLED);
    assert.equal(traceIdOf(parsed), TRACE_ID);
    assert.equal(isSampled(parsed), true);
  });
}

test('fields after the flags of a later version do not change whether it is sampled', () => {
  assert.equal(isSampled({ traceparent: `${UNSAMPLED.replace(/^00/, '01')}-01` }), false);
});

test('a continued span is propagated unchanged', () => {
  for (const traceparent of [SAMPLED, UNSAMPLED])
    assert.equal(traceparentOf(trace.getSpan(contextOf({ traceparent }))), traceparent);
});

test('without a valid span there is no traceparent', () => {
  assert.equal(traceparentOf(undefined), undefined);
  assert.equal(
    traceparentOf(trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: SPAN_ID, traceFlags: 1 })),
    undefined,
  );
});

test('a trace context has a trace id and a sampling flag', () => {
  assert.equal(traceIdOf({ traceparent: SAMPLED }), TRACE_ID);
  for (const traceparent of MALFORMED) assert.equal(traceIdOf({ traceparent }), undefined);
  for (const traceparent of [SAMPLED, SAMPLED.replace(/01$/, '03')]) assert.ok(isSampled({ traceparent }));
  for (const traceparent of [UNSAMPLED, SAMPLED.replace(/01$/, '02'), ...MALFORMED])
    assert.ok(!isSampled({ traceparent }));
});

test('a tracestate is propagated with its traceparent, through spans and rows', () => {
  const received = traceContextOf({ traceparent: SAMPLED, tracestate: 'vendor=a,other=b' });
  const propagated = { traceparent: traceparentOf(trace.getSpan(contextOf(received))) };

  assert.deepEqual(traceHeadersOf(propagated), { traceparent: SAMPLED, tracestate: 'vendor=a,other=b' });
  assert.ok(isSampled(received));
  assert.equal(traceIdOf(received), TRACE_ID);
});

test('a row without a traceparent has no trace', () => {
  const row = { traceparent: null };

  assert.deepEqual([isSampled(row), traceIdOf(row), traceHeadersOf(row)], [false, undefined, {}]);
  assert.equal(trace.getSpanContext(contextOf(row)), undefined);
});

test('a tracestate without a traceparent, or a malformed one, is not propagated', () => {
  assert.deepEqual(traceHeadersOf(traceContextOf({ tracestate: 'vendor=a' })), {});
  for (const tracestate of ['', 'x'.repeat(600), 'no member', '=a'])
    assert.deepEqual(traceHeadersOf(traceContextOf({ traceparent: SAMPLED, tracestate })), {
      traceparent: SAMPLED,
    });
});

test('text after a space in a received traceparent is no tracestate', () => {
  const later = `01${SAMPLED.slice(2)}-more vendor=a`;

  assert.deepEqual(traceHeadersOf(traceContextOf({ traceparent: later })), { traceparent: SAMPLED });
});

test('the fields of a log line name the trace, the span, and whether the trace is recorded', () => {
  const ids = { trace_id: TRACE_ID, span_id: SPAN_ID };

  assert.deepEqual(traceFieldsOf({ traceparent: SAMPLED }), { ...ids, trace_flags: '01' });
  assert.deepEqual(traceFieldsOf({ traceparent: UNSAMPLED }), { ...ids, trace_flags: '00' });
  for (const traceparent of [null, ...MALFORMED]) assert.deepEqual(traceFieldsOf({ traceparent }), {});
});
