import { isUtf8 } from 'node:buffer';
import { type DeadLetter, type HeaderValue, readableBytes } from '@repo/events';
import { fields, pageQuery } from '@repo/http';
import type { StoredResponse } from '@repo/idempotency';
import { redact, traceIdOf } from '@repo/observability';
import { z } from 'zod';

// Dead letters as operators see them: without the secrets that an event may hold.
export const DeadLetterId = z.strictObject({ id: fields.id });

const Kind = z.enum(['malformed', 'failed', 'behind']);

export const DeadLetterQuery = z.strictObject({
  type: z.string().max(255).optional(),
  kind: Kind.optional(),
  /** The key of their events, as it is shown. */
  key: fields.key.optional(),
  /** Only dead letters that were created since then. */
  since: fields.instant.optional(),
  ...pageQuery(z.int().positive()),
});

export const DiscardBody = z.strictObject({ reason: fields.text(500) });

/** A replay has no body, or an empty one. */
export const ReplayBody = z.strictObject({}).default({});

export const DeadLetterView = z.object({
  id: z.guid(),
  key: z.string(),
  type: z.string().nullable(),
  kind: Kind,
  error: z.string().nullable(),
  messageId: z.string().nullable(),
  topic: z.string(),
  partition: z.int(),
  offset: z.int(),
  attempts: z.int(),
  /** Whether a replay is pending. */
  replaying: z.boolean(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  traceId: z.string().nullable(),
  /** Null if the record has no value. */
  value: z.string().nullable(),
  /** 'text' is UTF-8 as it was received; 'escaped' shows unreadable bytes as \\xHH. */
  valueForm: z.enum(['text', 'escaped']),
  /** The whole length: a list shows only the beginning of a long value. */
  valueBytes: z.int(),
});
export type DeadLetterView = z.infer<typeof DeadLetterView>;

/** One dead letter, with all parts of its record. */
export const WholeDeadLetterView = DeadLetterView.extend({
  recordKey: z.string().nullable(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string().nullable()), z.null()])),
});

export const DeadLetterPage = z.object({ items: z.array(DeadLetterView), next: z.string().nullable() });

/** How much of a value a list shows. */
const LISTED_CHARACTERS = 16 * 1024;

/** A dead letter in a list. */
export function listedView(deadLetter: DeadLetter): DeadLetterView {
  return { ...viewOf(deadLetter), ...viewOfValue(deadLetter.value, LISTED_CHARACTERS) };
}

export function wholeView(deadLetter: DeadLetter): z.infer<typeof WholeDeadLetterView> {
  const headers = Object.entries(deadLetter.headers).map(([name, value]) => [
    redact(name),
    safeHeader(value),
  ]);
  return {
    ...viewOf(deadLetter),
    ...viewOfValue(deadLetter.value),
    recordKey: deadLetter.key && redact(readableBytes(deadLetter.key)),
    headers: Object.fromEntries(headers),
  };
}

function viewOfValue(value: Buffer | null, limit = Number.POSITIVE_INFINITY): ValueView {
  const valueBytes = value?.length ?? 0;
  if (value === null) return { value, valueForm: 'text', valueBytes };
  if (!isUtf8(value))
    return { value: redact(readableBytes(value.subarray(0, limit))), valueForm: 'escaped', valueBytes };
  return { value: redact(value.toString().slice(0, limit).toWellFormed()), valueForm: 'text', valueBytes };
}

type ValueView = Pick<DeadLetterView, 'value' | 'valueForm' | 'valueBytes'>;

function safeHeader(value: HeaderValue): HeaderValue {
  if (Array.isArray(value)) return value.map((each) => each && redact(each));
  return value && redact(value);
}

function viewOf(deadLetter: DeadLetter): Omit<DeadLetterView, keyof ValueView> {
  const { id, kind, error, topic, partition, offset, attempts } = deadLetter;
  return {
    id,
    key: redact(deadLetter.aggregate),
    type: deadLetter.type && redact(deadLetter.type),
    kind,
    error,
    messageId: deadLetter.messageId && redact(deadLetter.messageId),
    topic,
    partition,
    offset,
    attempts,
    replaying: deadLetter.replayAt !== null,
    firstAt: deadLetter.firstAt.toISOString(),
    lastAt: deadLetter.lastAt.toISOString(),
    traceId: traceIdOf(contextIn(deadLetter)) ?? null,
  };
}

export function deadLetterResponse(deadLetter: DeadLetter): StoredResponse {
  return { status: 200, location: null, etag: null, body: JSON.stringify(listedView(deadLetter)) };
}

function contextIn({ headers }: DeadLetter): { traceparent?: string } {
  return typeof headers.traceparent === 'string' ? { traceparent: headers.traceparent } : {};
}
