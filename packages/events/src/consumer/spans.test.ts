import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Logger } from '@repo/observability';
import type { Message } from '../event.ts';
import { processInSpans } from './spans.ts';

const SPAN = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const TRACEPARENT = `00-${SPAN.trace_id}-${SPAN.span_id}`;

function message(traceparent?: string): Message {
  const id = randomUUID();
  return { id, type: 'meter.read', key: 'a meter', data: {}, occurredAt: new Date(), traceparent };
}

const factsOf = ({ type, key, id }: Message) => ({ type, key, id, delayMs: 0 });

test('each processed event is logged, whether its trace is sampled or not', async () => {
  const lines: object[] = [];
  const log = { info: (facts: object) => void lines.push(facts) } as unknown as Logger;
  const recorded = message(`${TRACEPARENT}-01`);
  const unrecorded = message(`${TRACEPARENT}-00`);
  const untraced = message();

  await processInSpans([recorded, unrecorded, untraced], log, async ([first]) => ({
    processed: first ? [first] : [],
  }));

  assert.deepEqual(
    lines.map((line) => ({ ...line, delayMs: 0 })),
    [
      { ...factsOf(recorded), ...SPAN, trace_flags: '01', repeated: false },
      { ...factsOf(unrecorded), ...SPAN, trace_flags: '00', repeated: true },
      { ...factsOf(untraced), repeated: true },
    ],
  );
});
