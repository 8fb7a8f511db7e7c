import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** The entity tag of a version: it changes with each change of the resource. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/** Sends a resource with the entity tag of its version. */
export function sendVersioned(reply: FastifyReply, body: object & { version: number }): FastifyReply {
  return reply.header('etag', etagOf(body)).send(body);
}

/** Sends a body with an entity tag of its content. */
export function sendTagged(reply: FastifyReply, body: object): FastifyReply {
  return reply.header('etag', etagOfContent(body)).send(body);
}

function etagOfContent(body: object): string {
  return `"${createHash('sha1').update(JSON.stringify(body)).digest('base64url')}"`;
}
