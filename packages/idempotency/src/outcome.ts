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

/** The outcome of a request whose key is known; `first` is absent while the first request with that key still runs. */
export function replay(
  request: { fingerprint: Buffer },
  first: FirstUse | undefined,
): Outcome & { replayed?: boolean } {
  if (!first) return inProgress();
  const same = first.fingerprint.equals(request.fingerprint);
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

/** The problem that a client gets for an error of the transaction. */
export function asProblem(error: unknown): unknown {
  if (sqlState(error) === '55P03') return inProgress();
  if (!(error instanceof QueueFull)) return error;
  const retry = { retryAfterSeconds: 1, cause: error };
  return problem('overloaded', 'Nothing was changed. Send the same request with the same key again.', retry);
}
