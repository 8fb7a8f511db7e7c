import type { FastifyReply, FastifyRequest } from 'fastify';

/** The entity tag of a version: it changes with each change of the thing. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/** Sends a thing with its entity tag, or 304 to a client that has this version already (RFC 9110, §13.1.2). */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  thing: object & { version: number },
): FastifyReply {
  const etag = etagOf(thing);
  reply.header('etag', etag);
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*') ? reply.code(304).send() : reply.send(thing);
}
