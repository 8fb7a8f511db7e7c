import type { IncomingMessage } from 'node:http';
import {
  causeOf,
  context,
  contextOf,
  isSampled,
  type Span,
  SpanKind,
  startSpan,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from '@repo/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of this request; absent for health checks. */
    span: Span | undefined;
    /** What is handed on to all that this request causes. */
    traceparent: string | undefined;
  }
}

const SANE_ID = /^[\w.:-]{1,128}$/;

/** The client's X-Request-Id where it is sane, else one of ours. */
export function genRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE_ID.test(given) ? given : uuidv7();
}

/**
 * Gives each request a span that continues the client's trace, and the route's handler that span as its context. One
 * line is logged for each request that changes something, and for others that are sampled. By hand, since this is the
 * hottest path there is: instrumentation of all of HTTP costs it more than half of its throughput.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('span', undefined);
  app.decorateRequest('traceparent', undefined);

  app.addHook('onRequest', async (request, reply) => beginTrace(request, reply));

  // Reading the body loses the context, so it is set where the handler begins.
  app.addHook('preHandler', (request, _reply, done) => context.with(contextOf(request), done));

  app.addHook('onResponse', async (request, reply) => {
    request.span?.setAttribute('http.response.status_code', reply.statusCode);
    request.span?.end();
    if (!isLogged(request, reply)) return;
    const { method, routeOptions, traceparent, caller } = request;
    const facts = {
      traceId: traceIdOf({ traceparent }),
      method,
      route: routeOptions.url,
      status: reply.statusCode,
    };
    request.log.info(
      { ...facts, callerId: caller?.id, durationMs: Math.round(reply.elapsedTime) },
      'request',
    );
  });
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request that is refused for want of room changes nothing: under load, a line for each would only add to it. */
function isLogged(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (request.routeOptions.config?.access === 'public') return false;
  return isSampled(request) || (!READS.has(request.method) && statusCode !== 503);
}

/** Gives a request its span, and its answer the headers that name both. Also for a request that no hook gets to see. */
export function beginTrace(request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unknown';
  reply.header('x-request-id', request.id);
  request.span = startSpan(`${request.method} ${route}`, {
    kind: SpanKind.SERVER,
    parent: causeOf({
      traceparent: headerOf(request, 'traceparent'),
      tracestate: headerOf(request, 'tracestate'),
    }),
    isFromStranger: true,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'url.path': request.url.split('?')[0] as string,
    },
  });
  request.traceparent = traceparentOf(request.span);
  const { traceparent } = traceHeadersOf(request);
  if (traceparent) reply.header('traceparent', traceparent);
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
