import { problem } from '@repo/http';
import { parseItem } from 'structured-headers';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header, §2.1). The draft writes it as an item of
 * a structured field that is a string (RFC 9651, §3.3.3), whose parameters mean nothing and are ignored. Most clients
 * send the bare key, which is the same key: a header that does not begin with a quote is the key itself.
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
  const key = text.startsWith('"') ? parseString(text) : text;
  if (!VISIBLE_ASCII.test(key)) throw invalidKey('An Idempotency-Key has 1 to 255 visible ASCII characters.');
  return key;
}

function parseString(text: string): string {
  try {
    return String(parseItem(text)[0]);
  } catch (cause) {
    throw invalidKey('An Idempotency-Key that begins with a quote is a string as RFC 9651 writes it.', cause);
  }
}

function invalidKey(detail: string, cause?: unknown): Error {
  return problem('idempotency-key-invalid', detail, { cause });
}
