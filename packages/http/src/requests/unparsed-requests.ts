import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  SpanKind,
  startSpan,
  traceContextOf,
  traceHeadersOf,
  traceIdOf,
  traceparentOf,
} from '@repo/observability';
import { PROBLEM_MEDIA_TYPE, type Problem, problem, problemBody } from '../responses/problem.ts';
import { genRequestId } from '../tracing.ts';

/** How long a connection is read after its last response, so that the client reads the response before the end. */
const LINGER_MS = 1_000;

interface ConnectionError extends Error {
  code?: string;
}

/**
 * Sends problems for the requests that Node refuses before Fastify receives them: those that are not HTTP, too large or
 * too slow, those with an unknown expectation, and CONNECT. The connection is closed after each, because the start of
 * the next request is unknown. (https://nodejs.org/api/http.html#event-clienterror)
 *
 * @param refusalOf returns the problem of a URL for a method that no route has
 * @returns the `clientErrorHandler` of Fastify, and a function that listens to its server
 */
export function createUnparsedRequests(refusalOf: (url: string) => Problem) {
  /** The newest response on each connection: an unfinished one must not be written into. */
  const newest = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();

  function clientErrorHandler(error: ConnectionError, socket: Socket): void {
    if (refused.has(socket)) return;
    refused.add(socket);
    const response = newest.get(socket);
    // A connection that times out before its first byte gets no response.
    if (!isAboutRequest(error) || socket.bytesRead === 0) socket.destroy();
    else if (!response || response.req.complete) refuseNext(socket, asProblem(error));
    // The error is in the body of this request, which waits for its response or has one already.
    else if (response.headersSent || response.socket !== socket) socket.destroy();
    else end(socket, asProblem(error), response.req);
  }

  /** Refuses the request after the current one, once the current response is complete. */
  function refuseNext(socket: Socket, error: Problem, request?: IncomingMessage): void {
    const response = newest.get(socket);
    if (!response || response.closed) end(socket, error, request);
    else response.once('close', () => end(socket, error, request));
  }

  function listen(server: Server): void {
    server.prependListener('request', (request, response) => void newest.set(request.socket, response));
    server.on('checkExpectation', (request, response) => {
      newest.set(request.socket, response);
      const error = problem('expectation-failed', 'The only known expectation is 100-continue.');
      const { headers, body } = responseTo(error, request);
      response.writeHead(error.status, headers).end(body);
    });
    server.on('connect', (request, socket) => {
      const connection = socket as Socket;
      connection.on('error', () => connection.destroy()).resume();
      refuseNext(connection, refusalOf(request.url as string), request);
    });
  }

  return { clientErrorHandler, listen };
}

/** Whether the request is malformed or too slow; otherwise the connection itself is broken. */
function isAboutRequest({ code = '' }: ConnectionError): boolean {
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

function asProblem({ code }: ConnectionError): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('headers-too-large', 'The URL and the headers together have at most 16 KB.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem('payload-too-large', 'The extensions of the chunks are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request-timeout', 'The request did not arrive in time. Send it again.');
    default:
      return problem('invalid-request', 'This is no valid HTTP/1.1 request.');
  }
}

function end(socket: Socket, error: Problem, request?: IncomingMessage): void {
  const { headers, body } = responseTo(error, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** @param request if Node could read it */
function responseTo(error: Problem, request?: IncomingMessage) {
  const { method = 'unknown', url = '/', headers: sent = {} } = request ?? {};
  const span = startSpan(`${method} unknown`, {
    kind: SpanKind.SERVER,
    parent: traceContextOf({ traceparent: [sent.traceparent].flat()[0] }),
    isUntrusted: true,
    attributes: { 'http.request.method': method, 'http.response.status_code': error.status },
  });
  const traceparent = traceparentOf(span);
  span.end();
  const body = problemBody(error, {
    instance: url.split('?')[0] as string,
    traceId: traceIdOf({ traceparent }),
  });
  const headers = {
    ...error.headers,
    date: new Date().toUTCString(),
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': genRequestId({ headers: sent }),
    ...traceHeadersOf({ traceparent }),
    connection: 'close',
  };
  return { headers, body };
}
