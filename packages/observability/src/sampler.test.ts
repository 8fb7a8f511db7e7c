import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { openSampler } from './sampler.ts';
import { contextOf, fromStranger } from './trace.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const recorded = contextOf({ traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` });
const unrecorded = contextOf({ traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` });

/** Whether a span that starts in a context is recorded, by the sampler that these variables ask for. */
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
  test(`${sampler}: a stranger's flag decides nothing, and the flag of a parent of our own decides`, () => {
    assert.equal(isRecorded(ROOT_CONTEXT, sampler), isRootRecorded);
    for (const parent of [recorded, unrecorded])
      assert.equal(isRecorded(fromStranger(parent), sampler), isRootRecorded);
    assert.equal(isRecorded(fromStranger(ROOT_CONTEXT), sampler), isRootRecorded);
    assert.equal(isRecorded(recorded, sampler), true);
    assert.equal(isRecorded(unrecorded, sampler), false);
  });

  test(`${sampler}: where callers are trusted, theirs does too`, () => {
    const trusting = { TRUST_TRACE_FLAGS: 'true' };
    assert.equal(isRecorded(fromStranger(recorded), sampler, trusting), true);
    assert.equal(isRecorded(fromStranger(unrecorded), sampler, trusting), false);
  });
}

test('a stranger cannot choose an id that is recorded, or one that is not', () => {
  const half: [string, string] = ['parentbased_traceidratio', '0.5'];
  for (const parent of [recorded, unrecorded]) {
    const decisions = Array.from({ length: 100 }, () => isRecorded(fromStranger(parent), half));
    assert.deepEqual(new Set(decisions), new Set([true, false]));
  }
});

test('a sampler that is based on no parent decides by itself', () => {
  for (const parent of [ROOT_CONTEXT, recorded, unrecorded, fromStranger(recorded)]) {
    assert.equal(isRecorded(parent, ['always_on']), true);
    assert.equal(isRecorded(parent, ['always_off']), false);
    assert.equal(isRecorded(parent, ['traceidratio', '0']), false);
  }
});

for (const odd of [
  ['sometimes'],
  ['parentbased_'],
  ['traceidratio', 'much'],
  ['parentbased_traceidratio', '1.5'],
  ['traceidratio', '-1'],
] as [string, string?][]) {
  test(`${odd} is no sampler, and says so`, () => {
    assert.throws(() => isRecorded(ROOT_CONTEXT, odd), /^Error: OTEL_TRACES_SAMPLER/);
  });
}
