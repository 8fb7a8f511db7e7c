import type { IncomingMessage } from 'node:http';
import {
  context,
  contextOf,
  isSampled,
  type Span,
  SpanKind,
  startSpan,
  traceContextOf,
  traceFieldsOf,
  traceHeadersOf,
  traceparentOf,
} from '@repo/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { beginRequest, endRequest } from './metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of this request; absent for health checks. */
    span: Span | undefined;
    /** The trace context for everything that this request causes. */
    traceparent: string | undefined;
  }
}

const VALID_ID = /^[\w.:-]{1,128}$/;

/** The client's X-Request-Id if it is valid, else a new one. */
export function genRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  const received = request.headers['x-request-id'];
  return typeof received === 'string' && VALID_ID.test(received) ? received : uuidv7();
}

/**
 * Starts a span for each request, which continues the client's trace, and runs the handler in its context. One line is
 * logged for each request that changes something, and for sampled reads. No instrumentation library does this, because
 * this is the hottest path: instrumentation of all of HTTP costs more than half of the throughput.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('span', undefined);
  app.decorateRequest('traceparent', undefined);

  app.addHook('onRequest', async (request, reply) => {
    beginRequest();
    beginTrace(request, reply);
    const began = performance.now();
    // Fastify's hook onResponse does not run when the client has gone.
    reply.raw.once('close', () => endTrace(request, reply, performance.now() - began));
  });

  // Reading the body loses the context, so it is set just before the handler.
  app.addHook('preHandler', (request, _reply, done) => context.with(contextOf(request), done));
}

/** The status of a request whose client closed the connection before the response. nginx has introduced it. */
const CLIENT_CLOSED_REQUEST = 499;

/** Measures, ends the span of and logs a request that has been answered, or whose client has gone. */
function endTrace(request: FastifyRequest, reply: FastifyReply, durationMs: number): void {
  const { method, routeOptions, span, traceparent, caller } = request;
  const status = reply.raw.writableEnded ? reply.statusCode : CLIENT_CLOSED_REQUEST;
  endRequest(request, { status, seconds: durationMs / 1_000 });
  span?.setAttribute('http.response.status_code', status);
  span?.end();
  if (!isLogged(request, status)) return;
  const facts = { ...traceFieldsOf({ traceparent }), method, route: routeOptions.url, status };
  request.log.info({ ...facts, callerId: caller?.id, durationMs: Math.round(durationMs) }, 'request');
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request that is refused under load changes nothing, and a line for each would only add to the load. */
function isLogged(request: FastifyRequest, status: number): boolean {
  if (request.routeOptions.config?.access === 'public') return false;
  return isSampled(request) || (!READS.has(request.method) && status !== 503);
}

/** Starts the span of a request, and sets the headers of its response. Also for a request that reaches no hook. */
export function beginTrace(request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unknown';
  reply.header('x-request-id', request.id);
  request.span = startSpan(`${request.method} ${route}`, {
    kind: SpanKind.SERVER,
    parent: traceContextOf({
      traceparent: headerOf(request, 'traceparent'),
      tracestate: headerOf(request, 'tracestate'),
    }),
    isUntrusted: true,
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
