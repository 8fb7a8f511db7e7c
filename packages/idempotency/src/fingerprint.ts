import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * Identifies a request, so that a key which is sent with another request is refused: SHA-256 over the method, the path
 * with its parameters, `If-Match` and the validated body in canonical form (RFC 8785), in which white space and the
 * sequence of fields do not matter.
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
