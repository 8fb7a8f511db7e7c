import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import type { Message } from '../event.ts';
import { processInSpans } from './spans.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

function message(traceparent?: string): Message {
  const id = randomUUID();
  return { id, type: 'meter.read', key: 'a meter', data: {}, occurredAt: new Date(), traceparent };
}

test('each processed event is logged, whether its trace is sampled or not', async () => {
  const lines: object[] = [];
  const log = { info: (facts: object) => void lines.push(facts) } as unknown as Logger;
  const recorded = message(`00-${TRACE_ID}-b7ad6b7169203331-01`);
  const unrecorded = message(`00-${TRACE_ID}-b7ad6b7169203331-00`);
  const untraced = message();

  await processInSpans([recorded, unrecorded, untraced], log, async ([first]) => ({
    processed: first ? [first] : [],
  }));

  assert.deepEqual(
    lines.map((line) => ({ ...line, delayMs: 0 })),
    [
      { ...recorded, traceId: TRACE_ID, repeated: false },
      { ...unrecorded, traceId: TRACE_ID, repeated: true },
      { ...untraced, traceId: undefined, repeated: true },
    ].map(({ type, key, id, traceId, repeated }) => ({ type, key, id, traceId, repeated, delayMs: 0 })),
  );
});
