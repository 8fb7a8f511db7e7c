import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trace } from '@opentelemetry/api';
import { contextOf, inContextOfFirst, isSampled, traceIdOf, traceparentOf } from './trace.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE_ID}-${SPAN_ID}-01`;
const UNSAMPLED = `00-${TRACE_ID}-${SPAN_ID}-00`;

const spanContextOf = (traceparent: string | undefined) => trace.getSpanContext(contextOf({ traceparent }));

test('a traceparent names the trace and the span to go on from', () => {
  assert.deepEqual(spanContextOf(SAMPLED), {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 1,
    isRemote: true,
  });
});

test('of its flags only the one for sampling counts', () => {
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
  ` ${SAMPLED}`,
];

for (const traceparent of MALFORMED) {
  test(`${JSON.stringify(traceparent)} is no traceparent and begins a new trace`, () => {
    assert.equal(spanContextOf(traceparent), undefined);
  });
}

test('a span of a trace that goes on is handed on as it came', () => {
  for (const traceparent of [SAMPLED, UNSAMPLED])
    assert.equal(traceparentOf(trace.getSpan(contextOf({ traceparent }))), traceparent);
});

test('where nothing is traced there is nothing to hand on', () => {
  assert.equal(traceparentOf(undefined), undefined);
  assert.equal(
    traceparentOf(trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: SPAN_ID, traceFlags: 1 })),
    undefined,
  );
});

test('a cause tells its trace id, and whether it is recorded', () => {
  assert.equal(traceIdOf({ traceparent: SAMPLED }), TRACE_ID);
  assert.equal(traceIdOf({}), undefined);
  assert.deepEqual([{ traceparent: SAMPLED }, { traceparent: UNSAMPLED }, {}].map(isSampled), [
    true,
    false,
    false,
  ]);
});

test('work for no cause at all is done all the same', () => {
  assert.equal(
    inContextOfFirst([], () => 42),
    42,
  );
});
