import { type DeadLetter, redact } from '@tenfold/events';
import { fields, pageQuery } from '@tenfold/http';
import type { StoredAnswer } from '@tenfold/idempotency';
import { traceIdOf } from '@tenfold/observability';
import { z } from 'zod';

/** Dead letters as operators see them: without the secrets that an event may hold. */
export const LetterId = z.strictObject({ id: fields.id });

const Kind = z.enum(['malformed', 'failed', 'behind']);

export const LetterQuery = z.strictObject({
  type: z.string().max(100).optional(),
  kind: Kind.optional(),
  /** What they speak of: an order's id, a sku. */
  key: fields.key.optional(),
  /** Those that were put aside from then on. */
  since: fields.instant.optional(),
  ...pageQuery(z.int().positive()),
});

export const DiscardBody = z.strictObject({ reason: fields.text(500) });

/** A replay has nothing to say: no body, or an empty one. */
export const ReplayBody = z.strictObject({}).default({});

export const LetterView = z.object({
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
  /** Whether it is about to be tried again. */
  replaying: z.boolean(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  traceId: z.string().nullable(),
  value: z.string(),
});
export type LetterView = z.infer<typeof LetterView>;

export const LetterPage = z.object({ items: z.array(LetterView), next: z.string().nullable() });

export function viewOf(letter: DeadLetter): LetterView {
  const { id, type, kind, error, messageId, topic, partition, offset, attempts } = letter;
  return {
    id,
    key: letter.aggregate,
    type,
    kind,
    error,
    messageId,
    topic,
    partition,
    offset,
    attempts,
    replaying: letter.replayAt !== null,
    firstAt: letter.firstAt.toISOString(),
    lastAt: letter.lastAt.toISOString(),
    traceId: traceIdOf(letter.headers) ?? null,
    value: redact(letter.value.toString()),
  };
}

export function letterAnswer(letter: DeadLetter): StoredAnswer {
  return { status: 200, location: null, etag: null, body: JSON.stringify(viewOf(letter)) };
}
