import { isCurrency } from '@tenfold/money';
import { z } from 'zod';

/** What the fields of several requests look like: their forms and limits are part of the API. */
export const sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/, 'A sku has 1 to 64 of A-Z, 0-9 and -.');

const NO_CURRENCY = 'A currency is a code of ISO 4217 that has a minor unit, such as EUR.';
/** The pattern is for the OpenAPI document; a code that has the form must also be one that ISO 4217 has today. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: NO_CURRENCY, abort: true })
  .refine(isCurrency, NO_CURRENCY);

const METADATA_LIMIT_BYTES = 4 * 1024;

/** An object of the client's own, kept as it is. */
export const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES,
    'Metadata has at most 4 KB.',
  );
