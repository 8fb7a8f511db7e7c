import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OtlpSpans, readSpans } from './span.ts';
import { openSpanStore } from './span-store.ts';

function exported(traceId: string, spanId: string, startTimeUnixNano = '1700000000000000000'): OtlpSpans {
  const span = {
    ...{ traceId, spanId, parentSpanId: 'p', name: 'POST /v1/orders', kind: 2 },
    ...{ startTimeUnixNano, endTimeUnixNano: String(BigInt(startTimeUnixNano) + 1_500_000n) },
    status: { code: 2 },
    attributes: [{ key: 'order.lines', value: { intValue: 3 } }],
    links: [{ traceId: 't', spanId: 's' }],
  };
  const service = { key: 'service.name', value: { stringValue: 'order' } };
  return { resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }] };
}

test('a span is kept with its service, its time in milliseconds, its facts and its links', () => {
  const store = openSpanStore();
  store.add(readSpans(exported('a', '1', '1700000000000250000')));
  assert.deepEqual(store.spans('a'), [
    {
      ...{ traceId: 'a', spanId: '1', parentSpanId: 'p', service: 'order', name: 'POST /v1/orders', kind: 2 },
      ...{ startMs: 1_700_000_000_000.25, durationMs: 1.5, failed: true },
      attributes: { 'order.lines': 3 },
      links: [{ traceId: 't', spanId: 's' }],
    },
  ]);
});

test('the spans of a trace come in the order in which they started', () => {
  const store = openSpanStore();
  store.add(readSpans(exported('a', 'second', '1700000000000000000')));
  store.add(readSpans(exported('a', 'first', '1600000000000000000')));
  assert.deepEqual(
    store.spans('a').map((span) => span.spanId),
    ['first', 'second'],
  );
});

test('when there are too many spans, the oldest trace is forgotten', () => {
  const store = openSpanStore(2);
  for (const trace of ['a', 'b', 'c']) store.add(readSpans(exported(trace, '1')));
  assert.deepEqual(
    ['a', 'b', 'c'].map((trace) => store.spans(trace).length),
    [0, 1, 1],
  );
});

test('a span without an id is left out, and an attribute without a value has none', () => {
  const store = openSpanStore();
  store.add(readSpans(exported('a', '')));
  const strange = exported('a', '1');
  strange.resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0]?.attributes?.push({ key: 'nothing', value: null });
  store.add(readSpans(strange));
  assert.deepEqual(
    store.spans('a').map(({ spanId, attributes }) => [spanId, attributes.nothing]),
    [['1', undefined]],
  );
});

test('a malformed export is refused as a whole', () => {
  const broken = exported('a', '2');
  const [one] = broken.resourceSpans?.[0]?.scopeSpans?.[0]?.spans ?? [];
  if (one) one.startTimeUnixNano = 'yesterday';
  const both = {
    resourceSpans: [...(exported('a', '1').resourceSpans ?? []), ...(broken.resourceSpans ?? [])],
  };
  assert.throws(() => readSpans(both));
  for (const body of [null, { resourceSpans: 5 }, { resourceSpans: [null] }])
    assert.throws(() => readSpans(body as unknown as OtlpSpans));
});
