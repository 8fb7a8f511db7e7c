import { counter, traceIdOf } from '@repo/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { undecodablePath } from '../requests/unknown-routes.ts';
import { PROBLEM_MEDIA_TYPE, Problem, problem, problemBody } from './problem.ts';

const refusals = counter('http.refused', {
  description: 'Requests that were refused for want of room',
});

/** Answers whatever was thrown as a problem: never with a stack, and never with what a library said. */
export function answerErrors(isUnavailable: (error: unknown) => boolean) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer = asProblem(error, isUnavailable);
    if (isRefusal(answer)) refusals.add(1, { route: request.routeOptions.url ?? 'unknown' });
    else if (answer.status >= 500)
      request.log.error({ err: error, traceId: traceIdOf(request) }, 'request failed');
    return reply.send(answerOf(answer, request, reply));
  };
}

/** Under load there are thousands of them: they are counted, for a line about each would only add to it. */
function isRefusal({ type, cause }: Problem): boolean {
  return type === 'overloaded' && (cause === undefined || (cause as Error).name === 'QueueFull');
}

/** Makes a reply the answer to a problem, but for sending it; returns the body. */
export function answerOf(error: Problem, request: FastifyRequest, reply: FastifyReply): string {
  const instance = request.url.split('?')[0] as string;
  reply.code(error.status).headers(error.headers).type(PROBLEM_MEDIA_TYPE);
  return problemBody(error, { instance, traceId: traceIdOf(request) });
}

function asProblem(error: unknown, isUnavailable: (error: unknown) => boolean): Problem {
  if (error instanceof Problem) return error;
  // Before anything else, since a client that hangs up within its body gives the same code as a lost database.
  const ofRequest = asProblemOfRequest(error);
  if (ofRequest) return ofRequest;
  if (isUnavailable(error)) {
    const retry = { retryAfterSeconds: 1, cause: error };
    return problem(
      'overloaded',
      'Something this service needs is away. Try again, with the same key.',
      retry,
    );
  }
  return problem('internal', 'This is our fault. Its traceId helps to find it.', { cause: error });
}

/** What Fastify says of a request, which it tells by a status. */
function asProblemOfRequest(error: unknown): Problem | undefined {
  const { statusCode = 0, code } = Object(error) as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_BAD_URL') return undecodablePath(error);
  if (statusCode === 413) return problem('payload-too-large', 'A body has at most 64 KB.');
  if (statusCode === 415) return problem('unsupported-media-type', 'Send the body as application/json.');
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return problem('invalid-request', 'The request cannot be read.', { cause: error });
}
