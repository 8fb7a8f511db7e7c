import { causeOf, traceHeadersOf } from '@repo/observability';
import { z } from 'zod';
import { aggregateKeyNamed } from '../dead-letters/parking-store.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { HeaderValue } from './kafka.ts';
import { nameOf } from './readable.ts';

/** An event as it travels through Kafka. */
export interface KafkaRecord {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/**
 * Writes an event as a CloudEvent in binary mode: the value is its data, the headers say all else.
 * (CloudEvents 1.0, Kafka protocol binding, §3.2)
 *
 * @param source the service that says it, e.g. 'order'
 * @param traceparent of the span that sends it, where there is one; else the event's own (see Cause)
 */
export function encodeEvent(
  row: OutboxRow,
  source: string,
  traceparent = row.traceparent ?? undefined,
): KafkaRecord {
  return {
    key: row.key,
    value: row.data as string,
    headers: {
      ce_specversion: '1.0',
      ce_id: row.id,
      ce_source: `/${source}`,
      ce_type: row.type,
      ce_time: row.createdAt.toISOString(),
      ce_subject: row.key,
      'content-type': 'application/json',
      ...traceHeadersOf({ traceparent }),
    },
  };
}

const Headers = z.object({
  // The same in any case (RFC 9562, §4), and Postgres writes it in lower case.
  ce_id: z.guid().toLowerCase(),
  ce_type: z.string(),
  ce_time: z.iso.datetime({ offset: true }),
  ce_subject: z.string(),
  traceparent: z.string().optional(),
  tracestate: z.string().optional(),
});

/** What the headers of a CloudEvent say. */
export interface Envelope {
  id: string;
  type: string;
  occurredAt: Date;
  key: string;
  traceparent?: string | undefined;
}

/** @throws ZodError when a header that every CloudEvent has is missing, is no text, or came more than once. */
export function decodeHeaders(headers: Record<string, HeaderValue>): Envelope {
  const { ce_id, ce_type, ce_time, ce_subject, ...trace } = Headers.parse(headers);
  return {
    id: ce_id,
    type: ce_type,
    occurredAt: new Date(ce_time),
    key: aggregateKeyNamed(nameOf(ce_subject)),
    ...causeOf(trace),
  };
}
