import {
  failSpan,
  isSampled,
  type Span,
  SpanKind,
  startSpan,
  type TraceContext,
  traceparentOf,
} from '@repo/observability';
import { encodeEvent } from '../kafka/cloud-event.ts';
import type { Publisher } from '../kafka/kafka.ts';
import { recordFailedSend, recordSent } from './outbox-metrics.ts';
import type { OutboxRow } from './outbox-store.ts';

/** Sends rows of one topic as records with the timestamp `at`; each sampled row has a span. */
export async function sendRows(
  publisher: Publisher,
  rows: OutboxRow[],
  { service, at }: { service: string; at: Date },
): Promise<void> {
  const sends = rows.map((row) => ({
    row,
    span: isSampled(traceContextOf(row)) ? startSendSpan(row) : undefined,
  }));
  const [{ topic }] = rows as [OutboxRow];
  const records = sends.map(({ row, span }) => encodeEvent(row, service, span && traceparentOf(span)));
  const began = performance.now();
  try {
    await publisher.publish([{ topic, records }], at);
    recordSent(began, topic, records.length);
  } catch (error) {
    recordFailedSend(began, error);
    for (const { span } of sends) if (span) failSpan(span, error);
    throw error;
  } finally {
    for (const { span } of sends) span?.end();
  }
}

/** A span from the insertion of the row to Kafka's acknowledgement: the trace shows how long the event has waited. */
function startSendSpan(row: OutboxRow): Span {
  return startSpan(`send ${row.type}`, {
    kind: SpanKind.PRODUCER,
    parent: traceContextOf(row),
    startTime: row.createdAt,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': row.topic,
      'messaging.message.id': row.id,
    },
  });
}

function traceContextOf({ traceparent }: OutboxRow): TraceContext {
  return { traceparent: traceparent ?? undefined };
}
