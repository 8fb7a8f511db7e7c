import { problem } from '@tenfold/http';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header, §2.1). The draft writes it as a quoted
 * string; most clients send it bare. Both are the same key.
 *
 * @throws Problem idempotency-key-missing, idempotency-key-invalid
 */
export function parseKey(header: string | string[] | undefined): string {
  if (header === undefined) {
    throw problem(
      'idempotency-key-missing',
      'Send an Idempotency-Key header: a new UUID for each new request.',
    );
  }
  const text = String(header);
  const quoted = /^"(.*)"$/.exec(text);
  const key = quoted ? (quoted[1] as string).replace(/\\(["\\])/g, '$1') : text;
  if (!VISIBLE_ASCII.test(key)) {
    throw problem('idempotency-key-invalid', 'An Idempotency-Key has 1 to 255 visible ASCII characters.');
  }
  return key;
}
