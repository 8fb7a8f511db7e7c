import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, context, trace } from '@opentelemetry/api';
import {
  causeOf,
  contextOf,
  inContextOfFirst,
  isSampled,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from './trace.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE_ID}-${SPAN_ID}-01`;
const UNSAMPLED = `00-${TRACE_ID}-${SPAN_ID}-00`;

const spanContextOf = (traceparent: string | undefined) =>
  trace.getSpanContext(contextOf(causeOf({ traceparent })));

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
  test(`${JSON.stringify(traceparent)} is no traceparent and begins a new trace`, () => {
    assert.equal(spanContextOf(traceparent), undefined);
  });
}

const LATER_VERSIONS = ['01', 'fe', 'cc'].flatMap((version) =>
  ['', '-', '-extra', '-what the future-will be like', '-00'].map(
    (rest) => `${SAMPLED.replace(/^00/, version)}${rest}`,
  ),
);

for (const traceparent of LATER_VERSIONS) {
  test(`${traceparent} is read by its first four fields, and handed on as version 00`, () => {
    const cause = causeOf({ traceparent });

    assert.deepEqual(spanContextOf(traceparent), spanContextOf(SAMPLED));
    assert.equal(traceparentOf(trace.getSpan(contextOf(cause))), SAMPLED);
    assert.equal(traceIdOf(cause), TRACE_ID);
    assert.equal(isSampled(cause), true);
  });
}

test('a later version that is not sampled is not, whatever comes after its flags', () => {
  assert.equal(isSampled({ traceparent: `${UNSAMPLED.replace(/^00/, '01')}-01` }), false);
});

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
  for (const traceparent of MALFORMED) assert.equal(traceIdOf({ traceparent }), undefined);
  for (const traceparent of [SAMPLED, SAMPLED.replace(/01$/, '03')]) assert.ok(isSampled({ traceparent }));
  for (const traceparent of [UNSAMPLED, SAMPLED.replace(/01$/, '02'), ...MALFORMED])
    assert.ok(!isSampled({ traceparent }));
});

test('work for no cause at all is done all the same', () => {
  assert.equal(
    inContextOfFirst([], () => 42),
    42,
  );
});

test('shared work is in the context of its first cause, and in none where that is not sampled', (t) => {
  const within: Context[] = [];
  t.mock.method(context, 'with', (given: Context, work: () => unknown) => {
    within.push(given);
    return work();
  });
  const [sampled, unsampled] = [{ traceparent: SAMPLED }, { traceparent: UNSAMPLED }];

  inContextOfFirst([sampled, unsampled], () => {});
  inContextOfFirst([unsampled, sampled], () => {});

  assert.deepEqual(
    within.map((given) => trace.getSpanContext(given)?.spanId),
    [SPAN_ID, undefined],
  );
});

test('a tracestate travels with its traceparent, through spans and rows', () => {
  const cause = causeOf({ traceparent: SAMPLED, tracestate: 'vendor=a,other=b' });
  const handedOn = { traceparent: traceparentOf(trace.getSpan(contextOf(cause))) };

  assert.deepEqual(traceHeadersOf(handedOn), { traceparent: SAMPLED, tracestate: 'vendor=a,other=b' });
  assert.ok(isSampled(cause));
  assert.equal(traceIdOf(cause), TRACE_ID);
});

test('a row without a cause has none', () => {
  const row = { traceparent: null };

  assert.deepEqual([isSampled(row), traceIdOf(row), traceHeadersOf(row)], [false, undefined, {}]);
  assert.equal(trace.getSpanContext(contextOf(row)), undefined);
});

test('a tracestate without a traceparent, or that is none, is not handed on', () => {
  assert.deepEqual(traceHeadersOf(causeOf({ tracestate: 'vendor=a' })), {});
  for (const tracestate of ['', 'x'.repeat(600), 'no member', '=a'])
    assert.deepEqual(traceHeadersOf(causeOf({ traceparent: SAMPLED, tracestate })), { traceparent: SAMPLED });
});

test('what comes behind a space of a traceparent is no tracestate', () => {
  const later = `01${SAMPLED.slice(2)}-more vendor=a`;

  assert.deepEqual(traceHeadersOf(causeOf({ traceparent: later })), { traceparent: SAMPLED });
});
