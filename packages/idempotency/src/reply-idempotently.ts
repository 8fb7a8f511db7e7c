import { callerOf, deferPreconditions, PROBLEM_MEDIA_TYPE } from '@repo/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fingerprintOf } from './fingerprint.ts';
import type { IdempotentHandler } from './idempotent-handler.ts';
import { parseKey } from './key.ts';

/**
 * The `preValidation` of every route that needs an Idempotency-Key: its form is checked before the values are, and the
 * key before the preconditions (see createOnce).
 */
export async function requireKey(request: FastifyRequest): Promise<void> {
  deferPreconditions(request);
  parseKey(request.headers['idempotency-key']);
}

/**
 * The header of a route that needs a key, for its OpenAPI document: that is where clients read how long a key is known.
 * Its form has been checked before (`requireKey`), so this refuses nothing.
 */
export function keyHeader(ttlHours: number) {
  const description = `A new UUID for each new request. The same request with the same key takes effect once, and is answered as it was the first time, for ${ttlHours} hours.`;
  return z.looseObject({ 'idempotency-key': z.string().describe(description) });
}

/** Answers a keyed request: what comes of it, or what came of it the first time. */
export async function replyIdempotently<Input>(
  once: IdempotentHandler<Input>,
  request: FastifyRequest,
  reply: FastifyReply,
  input: Input,
): Promise<void> {
  const { method, routeOptions, url, headers, body, traceparent } = request;
  const route = `${method} ${routeOptions.url}`;
  const answer = await once({
    customerId: callerOf(request).id,
    route,
    key: parseKey(headers['idempotency-key']),
    fingerprint: fingerprintOf({
      method,
      path: filledIn(routeOptions.url as string, request.params as Record<string, string>),
      ifMatch: headers['if-match'],
      body,
    }),
    traceparent,
    path: url.split('?')[0] as string,
    preconditions: headers,
    input,
  });
  if (answer.location) reply.header('location', answer.location);
  if (answer.etag) reply.header('etag', answer.etag);
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  await reply
    .code(answer.status)
    .type(answer.status < 400 ? 'application/json' : PROBLEM_MEDIA_TYPE)
    .send(answer.body);
}

/** The path as it was understood: the same for `%30` and `0`, or for a UUID in upper and in lower case. */
function filledIn(template: string, params: Record<string, string>): string {
  return template.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ''));
}
