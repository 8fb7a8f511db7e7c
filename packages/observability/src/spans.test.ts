import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, context, trace } from '@opentelemetry/api';
import { inContextOfFirst } from './spans.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

test('the work of an empty batch is done too', () => {
  assert.equal(
    inContextOfFirst([], () => 42),
    42,
  );
});

test('the work of a batch runs in the context of its first item, and in none if that is not sampled', (t) => {
  const within: Context[] = [];
  t.mock.method(context, 'with', (given: Context, work: () => unknown) => {
    within.push(given);
    return work();
  });
  const sampled = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` };
  const unsampled = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` };

  inContextOfFirst([sampled, unsampled], () => {});
  inContextOfFirst([unsampled, sampled], () => {});

  assert.deepEqual(
    within.map((given) => trace.getSpanContext(given)?.spanId),
    [SPAN_ID, undefined],
  );
});
