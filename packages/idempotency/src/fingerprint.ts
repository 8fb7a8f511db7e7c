import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * Tells whether two requests with one key ask for the same: SHA-256 over the method, the path with its parameters,
 * `If-Match` and the validated body in canonical form (RFC 8785), so that white space and the order of fields do not
 * matter, and one key cannot serve two orders.
 */
export function fingerprintOf(request: {
  method: string;
  path: string;
  ifMatch?: string | undefined;
  body: unknown;
}): Buffer {
  const { method, path, ifMatch = null, body = null } = request;
  return createHash('sha256')
    .update(canonicalize([method, path, ifMatch, body]) as string)
    .digest();
}
