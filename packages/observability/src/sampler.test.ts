import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { openSampler } from './sampler.ts';
import { markUntrusted } from './spans.ts';
import { contextOf } from './trace-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const recorded = contextOf({ traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` });
const unrecorded = contextOf({ traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` });

/** Whether a new span in this context is recorded by the sampler that these variables name. */
function isRecorded(within: Context, [name, ratio]: [name?: string, ratio?: string], more = {}): boolean {
  const env = {
    ...more,
    ...(name && { OTEL_TRACES_SAMPLER: name }),
    ...(ratio && { OTEL_TRACES_SAMPLER_ARG: ratio }),
  };
  const { decision } = openSampler(env).shouldSample(within, TRACE_ID, 'a span', SpanKind.SERVER, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

const PARENT_BASED: [sampler: [string?, string?], isRootRecorded: boolean][] = [
  [[], true],
  [['parentbased_always_on'], true],
  [['parentbased_always_off'], false],
  [['parentbased_traceidratio', '1'], true],
  [['parentbased_traceidratio'], true],
  [['parentbased_traceidratio', '0'], false],
];

for (const [sampler, isRootRecorded] of PARENT_BASED) {
  test(`${sampler}: the flag of an untrusted parent is ignored, and the flag of our own parent is followed`, () => {
    assert.equal(isRecorded(ROOT_CONTEXT, sampler), isRootRecorded);
    for (const parent of [recorded, unrecorded])
      assert.equal(isRecorded(markUntrusted(parent), sampler), isRootRecorded);
    assert.equal(isRecorded(markUntrusted(ROOT_CONTEXT), sampler), isRootRecorded);
    assert.equal(isRecorded(recorded, sampler), true);
    assert.equal(isRecorded(unrecorded, sampler), false);
  });

  test(`${sampler}: with TRUST_TRACE_FLAGS the flag of a caller is followed`, () => {
    const trusting = { TRUST_TRACE_FLAGS: 'true' };
    assert.equal(isRecorded(markUntrusted(recorded), sampler, trusting), true);
    assert.equal(isRecorded(markUntrusted(unrecorded), sampler, trusting), false);
  });
}

test('a caller cannot choose a trace id that is always recorded, or never', () => {
  const half: [string, string] = ['parentbased_traceidratio', '0.5'];
  for (const parent of [recorded, unrecorded]) {
    const decisions = Array.from({ length: 100 }, () => isRecorded(markUntrusted(parent), half));
    assert.deepEqual(new Set(decisions), new Set([true, false]));
  }
});

test('a sampler that is not parent-based ignores the parent', () => {
  for (const parent of [ROOT_CONTEXT, recorded, unrecorded, markUntrusted(recorded)]) {
    assert.equal(isRecorded(parent, ['always_on']), true);
    assert.equal(isRecorded(parent, ['always_off']), false);
    assert.equal(isRecorded(parent, ['traceidratio', '0']), false);
  }
});

for (const setting of [
  ['sometimes'],
  ['parentbased_'],
  ['traceidratio', 'much'],
  ['parentbased_traceidratio', '1.5'],
  ['traceidratio', '-1'],
] as [string, string?][]) {
  test(`${setting} is refused with the name of the variable`, () => {
    assert.throws(() => isRecorded(ROOT_CONTEXT, setting), /^Error: OTEL_TRACES_SAMPLER/);
  });
}
