import { z } from 'zod';

// The forms and limits of fields that many requests have. They are part of the API.

/** A UUID of any version, in lower case; in upper case it is the same UUID (RFC 9562, §4). */
export const id = z.guid('An id is a UUID.').toLowerCase();

/** The key of an event: any text. A key that is a UUID becomes lower case, in which ids are stored and compared. */
export const key = z
  .string()
  .max(255)
  .transform((text) => id.safeParse(text).data ?? text);

/** A time with its offset from UTC (RFC 3339). */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Control characters (C0, DEL, C1), and the separators of lines and paragraphs. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;
/** A visible character: neither white space nor of the Unicode category Format. */
const SOMETHING_VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** One line of text for a reader: a name, a reason. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1, { abort: true })
    .max(maxLength)
    .regex(SOMETHING_VISIBLE, { error: 'A text needs a visible character.', abort: true })
    .refine((line) => !CONTROLS.test(line), 'A text has no control character and no line break.');
}

const METADATA_LIMIT_BYTES = 4 * 1024;

/** A free-form object of the client, stored unchanged. */
export const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES,
    'Metadata has at most 4 KB.',
  );
