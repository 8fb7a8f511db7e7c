import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerOf } from '../responses/errors.ts';
import { falsePrecondition, preconditionFailure } from './preconditions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** That the handler evaluates preconditions itself, with the resource as it has locked it. */
    preconditions?: 'handler';
  }
  interface FastifyRequest {
    /** Whether preconditions are evaluated later, with the resource at hand. */
    preconditionsDeferred: boolean;
  }
}

const READING = new Set(['GET', 'HEAD']);

/**
 * Evaluates `If-Match` and `If-None-Match` on every route (RFC 9110, §13.2). What is read is answered first, and then
 * compared with the `ETag` of the answer: 412, 304, or the answer as it is. A change is refused before its handler
 * begins, as if its resource were there without an entity tag, unless its route says that the handler evaluates them or
 * `deferPreconditions` was called: so a route that forgets them refuses too much, and never does what was not wanted.
 */
export function evaluatePreconditions(app: FastifyInstance): void {
  app.decorateRequest('preconditionsDeferred', false);

  app.addHook('preHandler', async (request) => {
    const { method, headers, routeOptions, preconditionsDeferred } = request;
    if (READING.has(method) || preconditionsDeferred || routeOptions.config.preconditions === 'handler')
      return;
    const failure = preconditionFailure(headers, {});
    if (failure) throw failure;
  });

  app.addHook('onSend', (request, reply, payload, done) => {
    const isFound = READING.has(request.method) && reply.statusCode >= 200 && reply.statusCode < 300;
    done(null, isFound ? conditional(request, reply, payload) : payload);
  });
}

/** Leaves the preconditions of a request to `createOnce`, which knows whether its key was used before. */
export function deferPreconditions(request: FastifyRequest): void {
  request.preconditionsDeferred = true;
}

function conditional(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const representation = { etag: reply.getHeader('etag') as string | undefined };
  const failed = falsePrecondition(request.headers, representation);
  if (failed === undefined) return payload;
  if (failed === 'if-match') {
    const failure = preconditionFailure(request.headers, representation);
    // It concerns this client alone, and not the others of a shared cache.
    reply.header('cache-control', 'no-store');
    return failure && answerOf(failure, request, reply);
  }
  reply.code(304).removeHeader('content-type');
  // The answer to HEAD is measured and then left out, so that its length is that of the answer to GET.
  return request.method === 'HEAD' ? payload : null;
}
