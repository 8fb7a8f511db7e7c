import { isCurrency } from '@repo/money';
import { z } from 'zod';

/** What the fields of several requests look like: their forms and limits are part of the API. */
export const sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/, 'A sku has 1 to 64 of A-Z, 0-9 and -.');

const NO_CURRENCY = 'A currency is a code of ISO 4217 that has a minor unit, such as EUR.';
/** The pattern is for the OpenAPI document; a code that has the form must also be one that ISO 4217 has today. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: NO_CURRENCY, abort: true })
  .refine(isCurrency, NO_CURRENCY);

/** A UUID of any version, in lower case: in any other it is the same one (RFC 9562, §4). */
export const id = z.guid('An id is a UUID.').toLowerCase();

/**
 * A key of an event: an order's id, a sku or any text. One that is a UUID is in lower case, as all that compares ids
 * writes them.
 */
export const key = z
  .string()
  .max(255)
  .transform((text) => id.safeParse(text).data ?? text);

/** A time with its offset from UTC (RFC 3339). */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Control characters (C0, DEL, C1), and the two that end a line or a paragraph. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;
/** At least one character that can be seen: not white space, nor only what Unicode calls format. */
const SOMETHING_VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** One line of text for people: a name, a reason. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1, { abort: true })
    .max(maxLength)
    .regex(SOMETHING_VISIBLE, { error: 'White space alone says nothing.', abort: true })
    .refine((line) => !CONTROLS.test(line), 'It holds a control character or a line break.');
}

const METADATA_LIMIT_BYTES = 4 * 1024;

/** An object of the client's own, kept as it is. */
export const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES,
    'Metadata has at most 4 KB.',
  );
