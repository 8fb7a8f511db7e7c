import { traceContextOf, traceHeadersOf } from '@repo/observability';
import { z } from 'zod';
import { aggregateKeyNamed } from '../dead-letters/parking-store.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { HeaderValue } from './kafka.ts';
import { boundedName } from './readable.ts';

/** An event as a record of Kafka. */
export interface KafkaRecord {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/**
 * Encodes an event as a CloudEvent in binary mode: the value is its data, the headers are its attributes.
 * (CloudEvents 1.0, Kafka protocol binding, §3.2)
 *
 * @param source the service that publishes it
 * @param traceparent of the span that sends it, if there is one; else the event's own
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
  // A UUID is the same in any case (RFC 9562, §4), and Postgres returns it in lower case.
  ce_id: z.guid().toLowerCase(),
  ce_type: z.string(),
  ce_time: z.iso.datetime({ offset: true }),
  ce_subject: z.string(),
  traceparent: z.string().optional(),
  tracestate: z.string().optional(),
});

/** The attributes of an event, without its data. */
export interface Envelope {
  id: string;
  type: string;
  occurredAt: Date;
  key: string;
  traceparent?: string | undefined;
}

/** @throws ZodError when a required header is missing, is not text, or has several values. */
export function decodeHeaders(headers: Record<string, HeaderValue>): Envelope {
  const { ce_id, ce_type, ce_time, ce_subject, ...trace } = Headers.parse(headers);
  return {
    id: ce_id,
    type: ce_type,
    occurredAt: new Date(ce_time),
    key: aggregateKeyNamed(boundedName(ce_subject)),
    ...traceContextOf(trace),
  };
}
