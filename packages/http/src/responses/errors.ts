import { traceFieldsOf, traceIdOf } from '@repo/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { countRefusal } from '../metrics.ts';
import { undecodablePath } from '../requests/unknown-routes.ts';
import { PROBLEM_MEDIA_TYPE, Problem, problem, problemBody } from './problem.ts';

/** Sends any thrown error as a problem: never with a stack, and never with a library's message. */
export function sendErrors(isUnavailable: (error: unknown) => boolean) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const response = asProblem(error, isUnavailable);
    // Under load there are thousands of refusals: they are counted, because a line for each would only add to the load.
    if (response.refusedBy) countRefusal(request, response.refusedBy);
    else if (response.status >= 500) logFailure(response, error, request);
    return reply.send(prepareReply(response, request, reply));
  };
}

/** An unavailable server heals by itself; any other failure is an error of ours. */
function logFailure({ type }: Problem, error: unknown, request: FastifyRequest): void {
  const facts = { ...traceFieldsOf(request), err: error };
  if (type === 'overloaded') request.log.warn(facts, 'request failed; a server is unavailable');
  else request.log.error(facts, 'request failed');
}

/** Sets status and headers of a reply for a problem; returns the body to send. */
export function prepareReply(error: Problem, request: FastifyRequest, reply: FastifyReply): string {
  const instance = request.url.split('?')[0] as string;
  reply.code(error.status).headers(error.headers).type(PROBLEM_MEDIA_TYPE);
  return problemBody(error, { instance, traceId: traceIdOf(request) });
}

function asProblem(error: unknown, isUnavailable: (error: unknown) => boolean): Problem {
  if (error instanceof Problem) return error;
  // This check is first, because a client that hangs up within its body causes the same code as a lost database.
  const requestProblem = asRequestProblem(error);
  if (requestProblem) return requestProblem;
  if (isUnavailable(error)) {
    const retry = { retryAfterSeconds: 1, cause: error };
    return problem(
      'overloaded',
      'A server that this service needs is unavailable. Try again, with the same key.',
      retry,
    );
  }
  return problem('internal', 'An error of this service. The traceId helps to find it.', { cause: error });
}

/** The problem of an error about the request, which Fastify marks by a status. */
function asRequestProblem(error: unknown): Problem | undefined {
  const { statusCode = 0, code } = Object(error) as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_BAD_URL') return undecodablePath(error);
  if (statusCode === 413) return problem('payload-too-large', 'A body has at most 64 KB.');
  if (statusCode === 415) return problem('unsupported-media-type', 'Send the body as application/json.');
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return problem('invalid-request', 'The request cannot be read.', { cause: error });
}
