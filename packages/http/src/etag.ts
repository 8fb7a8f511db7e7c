import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The entity tag of a version: it changes with each change of the thing. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/** Sends a thing with its entity tag, or 304 to a client that has this version already. */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  thing: object & { version: number },
): FastifyReply {
  return sendTagged(request, reply, thing, etagOf(thing));
}

/**
 * Sends a body with an entity tag, or 304 to a client that knows the tag (RFC 9110, §13.1.2).
 *
 * @param etag of what the body holds, unless the thing has a version to be told by
 */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  etag = etagOfContent(body),
): FastifyReply {
  reply.header('etag', etag);
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*') ? reply.code(304).send() : reply.send(body);
}

function etagOfContent(body: object): string {
  return `"${createHash('sha1').update(JSON.stringify(body)).digest('base64url')}"`;
}
