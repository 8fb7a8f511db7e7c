import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyMissing } from './missing-trace.ts';

const facts = { traceId: 'abc', isSampled: true, ageMs: 60_000, sentElsewhere: null };

test('a trace that was not sampled, whatever else is true', () => {
  const elsewhere = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  assert.match(
    whyMissing({ ...facts, isSampled: false, sentElsewhere: elsewhere }),
    /^The trace abc was not sampled: .* OTEL_TRACES_SAMPLER=parentbased_always_on\.$/,
  );
});

test('a trace that was sent elsewhere', () => {
  assert.match(
    whyMissing({ ...facts, sentElsewhere: 'OTEL_EXPORTER_OTLP_ENDPOINT' }),
    /because of OTEL_EXPORTER_OTLP_ENDPOINT: look for the trace abc there, or start the system again/,
  );
});

test('a trace that is on its way', () => {
  assert.match(whyMissing({ ...facts, ageMs: 900 }), /not been received yet: try again/);
});

test('a trace that is forgotten, and one of which only the id is known', () => {
  assert.match(
    whyMissing(facts),
    /kept here: it is forgotten already\. The newest 64 MB of spans are kept\.$/,
  );
  assert.match(
    whyMissing({ traceId: 'abc', sentElsewhere: null }),
    /kept here: it was not sampled, or is forgotten already\./,
  );
});
