import { z } from 'zod';

/** What the fields of several requests look like: their forms and limits are part of the API. */
export const sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/, 'A sku has 1 to 64 of A-Z, 0-9 and -.');
export const currency = z.string().regex(/^[A-Z]{3}$/, 'A currency is a code of ISO 4217, such as EUR.');

const METADATA_LIMIT_BYTES = 4 * 1024;

/** An object of the client's own, kept as it is. */
export const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES,
    'Metadata has at most 4 KB.',
  );
