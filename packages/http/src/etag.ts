import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem } from './problem.ts';

/** The entity tag of a version: it changes with each change of the thing. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/**
 * Decides whether a change may go on: only for a client that knows the thing as it is now (RFC 9110, §13.1.1). Tags
 * are compared strongly, so a weak one never matches; `*` matches whatever version there is.
 *
 * @param header the `If-Match` of the request
 * @returns Problem precondition-required where there is no header, precondition-failed where it names other versions
 */
export function checkIfMatch(header: string | undefined, thing: { version: number }): Problem | undefined {
  if (header === undefined)
    return problem('precondition-required', 'Send If-Match with the ETag of the version that you have read.');
  const etag = etagOf(thing);
  if (header.trim() === '*' || tagsIn(header).includes(etag)) return undefined;
  return problem(
    'precondition-failed',
    `The version is now ${etag}. Read it again, and send If-Match: ${etag} if you still want the change.`,
    { headers: { etag } },
  );
}

/** As `checkIfMatch`, for a change that a client may also make without knowing the thing. */
export function checkIfMatchIfSent(
  header: string | undefined,
  thing: { version: number },
): Problem | undefined {
  return header === undefined ? undefined : checkIfMatch(header, thing);
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
  const known = tagsIn(request.headers['if-none-match'] ?? '').map((tag) => tag.replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*') ? reply.code(304).send() : reply.send(body);
}

/** The members of a list of entity tags, each of which may hold commas (RFC 9110, §8.8.3). */
function tagsIn(header: string): string[] {
  return (header.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((tag) => tag.trim());
}

function etagOfContent(body: object): string {
  return `"${createHash('sha1').update(JSON.stringify(body)).digest('base64url')}"`;
}
