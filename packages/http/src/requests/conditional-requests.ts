import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { prepareReply } from '../responses/errors.ts';
import { falsePrecondition, preconditionFailure } from './preconditions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler evaluates preconditions itself, with the resource that it has locked. */
    preconditions?: 'handler';
  }
  interface FastifyRequest {
    /** Whether preconditions are evaluated later, with the resource. */
    preconditionsDeferred: boolean;
  }
}

const READING = new Set(['GET', 'HEAD']);

/**
 * Evaluates `If-Match` and `If-None-Match` on every route (RFC 9110, §13.2). A read is performed first, and then compared
 * with the `ETag` of its response: 412, 304, or the response unchanged. A change is refused before its handler begins, as
 * for a resource that exists without an entity tag, unless the route's handler evaluates preconditions or
 * `deferPreconditions` was called: so a route that forgets them refuses too much, and never changes what it must not.
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

/** Leaves the preconditions of a request to the idempotent handler, which knows whether its key was used before. */
export function deferPreconditions(request: FastifyRequest): void {
  request.preconditionsDeferred = true;
}

function conditional(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const representation = { etag: reply.getHeader('etag') as string | undefined };
  const failed = falsePrecondition(request.headers, representation);
  if (failed === undefined) return payload;
  if (failed === 'if-match') {
    const failure = preconditionFailure(request.headers, representation);
    // The response is for this client only, and not for the others of a shared cache.
    reply.header('cache-control', 'no-store');
    return failure && prepareReply(failure, request, reply);
  }
  reply.code(304).removeHeader('content-type');
  // Fastify measures the body for HEAD and does not send it, so that the length is that of GET.
  return request.method === 'HEAD' ? payload : null;
}
