import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { causeOf, SpanKind, startSpan, traceHeadersOf, traceIdOf, traceparentOf } from '@repo/observability';
import { PROBLEM_MEDIA_TYPE, type Problem, problem, problemBody } from '../responses/problem.ts';
import { genRequestId } from '../tracing.ts';

/** How long a connection is read from after its last answer, so that the client reads that before it sees the end. */
const LINGER_MS = 1_000;

interface ConnectionError extends Error {
  code?: string;
}

/**
 * Answers the requests that Node refuses before Fastify sees them, as a problem like any other: those that are not HTTP,
 * too large or too slow, those with an expectation that is not known, and CONNECT. The connection is closed after each,
 * since nobody knows where the next request would begin. (https://nodejs.org/api/http.html#event-clienterror)
 *
 * @param refusalOf tells why a URL is refused for a method that no route takes
 * @returns the `clientErrorHandler` of Fastify, and a function that listens to its server
 */
export function createUnparsedRequests(refusalOf: (url: string) => Problem) {
  /** The newest answer on each connection: one that is not finished must not be written into. */
  const newest = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();

  function clientErrorHandler(error: ConnectionError, socket: Socket): void {
    if (refused.has(socket)) return;
    refused.add(socket);
    const answer = newest.get(socket);
    // A timeout of a connection on which nothing was ever sent asks for no answer.
    if (!isAboutRequest(error) || socket.bytesRead === 0) socket.destroy();
    else if (!answer || answer.req.complete) refuseNext(socket, asProblem(error));
    // It is about the body of this request, which waits for its answer or has one already.
    else if (answer.headersSent || answer.socket !== socket) socket.destroy();
    else end(socket, asProblem(error), answer.req);
  }

  /** Refuses what comes after the request that is answered now, once that has its whole answer. */
  function refuseNext(socket: Socket, error: Problem, request?: IncomingMessage): void {
    const answer = newest.get(socket);
    if (!answer || answer.closed) end(socket, error, request);
    else answer.once('close', () => end(socket, error, request));
  }

  function listen(server: Server): void {
    server.prependListener('request', (request, answer) => void newest.set(request.socket, answer));
    server.on('checkExpectation', (request, answer) => {
      newest.set(request.socket, answer);
      const error = problem('expectation-failed', 'The only expectation that is known is 100-continue.');
      const { headers, body } = answerTo(error, request);
      answer.writeHead(error.status, headers).end(body);
    });
    server.on('connect', (request, socket) => {
      const connection = socket as Socket;
      connection.on('error', () => connection.destroy()).resume();
      refuseNext(connection, refusalOf(request.url as string), request);
    });
  }

  return { clientErrorHandler, listen };
}

/** Whether the client sent something wrong or too slowly; otherwise the connection itself is broken. */
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
      return problem('invalid-request', 'This is no request that HTTP/1.1 knows.');
  }
}

function end(socket: Socket, error: Problem, request?: IncomingMessage): void {
  const { headers, body } = answerTo(error, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** @param request where so much of it could be read */
function answerTo(error: Problem, request?: IncomingMessage) {
  const { method = 'unknown', url = '/', headers: sent = {} } = request ?? {};
  const span = startSpan(`${method} unknown`, {
    kind: SpanKind.SERVER,
    parent: causeOf({ traceparent: [sent.traceparent].flat()[0] }),
    isFromStranger: true,
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
