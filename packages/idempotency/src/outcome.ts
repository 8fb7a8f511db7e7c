import { type Problem, problem, problemBody } from '@repo/http';
import { type TraceContext, traceIdOf } from '@repo/observability';
import { QueueFull, sqlState } from '@repo/postgres';
import type { StoredResponse } from './key-store.ts';

/** The outcome of a request: a response, which uses its key, or an error, which leaves the key unused. */
export type Outcome = StoredResponse | Error;

/** The outcome of the first request that used a key, and which request that was. */
export interface FirstUse {
  outcome: Outcome;
  fingerprint: Buffer;
}

/** The outcome of a request whose key is known; `first` is absent if the key was deleted meanwhile, as by the sweeper. */
export function replay(
  request: { fingerprint: Buffer },
  first: FirstUse | undefined,
): Outcome & { replayed?: boolean } {
  if (!first) return inProgress();
  const same = first.fingerprint.equals(request.fingerprint);
  // An error has released the key, so another request may use it next.
  if (first.outcome instanceof Error) return same ? first.outcome : inProgress();
  if (!same) return problem('idempotency-key-reused', 'This Idempotency-Key was used for another request.');
  return { ...first.outcome, replayed: true };
}

/** A refusal that is final: like any other response it uses the key and is replayed unchanged. */
export function decidedRefusal(refusal: Problem, request: { path: string } & TraceContext): StoredResponse {
  const body = problemBody(refusal, { instance: request.path, traceId: traceIdOf(request) });
  return { status: refusal.status, location: null, etag: null, body };
}

function inProgress(): Problem {
  return problem('idempotency-key-in-progress', 'A request with this Idempotency-Key is still running.', {
    retryAfterSeconds: 1,
  });
}

/** The problem that a client gets for a lock timeout or a full queue; any other error as it is. */
export function asProblem(error: Error): Error {
  if (sqlState(error) === '55P03') return inProgress();
  if (!(error instanceof QueueFull)) return error;
  const retry = { retryAfterSeconds: 1, cause: error, refusedBy: 'queue' } as const;
  return problem('overloaded', 'Nothing was changed. Send the same request with the same key again.', retry);
}
