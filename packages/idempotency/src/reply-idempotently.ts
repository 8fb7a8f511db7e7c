import { callerOf, deferPreconditions, PROBLEM_MEDIA_TYPE } from '@repo/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fingerprintOf } from './fingerprint.ts';
import type { IdempotentHandler } from './idempotent-handler.ts';
import { parseKey } from './key.ts';

/**
 * The `preValidation` of every route that needs an Idempotency-Key: its form is checked before the values are, and the
 * key before the preconditions (see createIdempotentHandler).
 */
export async function requireKey(request: FastifyRequest): Promise<void> {
  deferPreconditions(request);
  parseKey(request.headers['idempotency-key']);
}

/**
 * The header of a route that needs a key, for its OpenAPI document, where clients read how long a key is known. Its
 * form has been checked before (`requireKey`), so this refuses nothing.
 */
export function keyHeader(ttlHours: number) {
  const description = `A new UUID for each new request. The same request with the same key takes effect once, and gets the response of the first one, for ${ttlHours} hours.`;
  return z.looseObject({ 'idempotency-key': z.string().describe(description) });
}

/** Sends the response of a keyed request: a new one, or the stored one of the first request with that key. */
export async function replyIdempotently<Input>(
  handle: IdempotentHandler<Input>,
  request: FastifyRequest,
  reply: FastifyReply,
  input: Input,
): Promise<void> {
  const { method, routeOptions, url, headers, body, traceparent } = request;
  const route = `${method} ${routeOptions.url}`;
  const response = await handle({
    callerId: callerOf(request).id,
    route,
    key: parseKey(headers['idempotency-key']),
    fingerprint: fingerprintOf({
      method,
      path: canonicalPath(routeOptions.url as string, request.params as Record<string, string>),
      ifMatch: headers['if-match'],
      body,
    }),
    traceparent,
    path: url.split('?')[0] as string,
    preconditions: headers,
    input,
  });
  if (response.location) reply.header('location', response.location);
  if (response.etag) reply.header('etag', response.etag);
  if (response.replayed) reply.header('idempotent-replayed', 'true');
  await reply
    .code(response.status)
    .type(response.status < 400 ? 'application/json' : PROBLEM_MEDIA_TYPE)
    .send(response.body);
}

/** The path as the router read it: the same for `%30` and `0`, or for a UUID in upper and in lower case. */
function canonicalPath(template: string, params: Record<string, string>): string {
  return template.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ''));
}
