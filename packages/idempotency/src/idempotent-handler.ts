import { inContextOfFirst } from '@repo/observability';
import { type Database, groupCommit } from '@repo/postgres';
import type { StoredResponse } from './key-store.ts';
import type { KeyedRequest, Perform, PreconditionRule } from './keyed-request.ts';
import { countKeyUse } from './metrics.ts';
import { asProblem, type Outcome } from './outcome.ts';
import { processRequests } from './process-requests.ts';

export interface IdempotentHandlerOptions<Input> {
  database: Database;
  perform: Perform<Input>;
  /** Called for each request after its commit, to wake the relay. */
  onCommit: () => void;
  preconditions?: PreconditionRule<Input>;
}

export type IdempotentHandler<Input> = (
  request: KeyedRequest<Input>,
) => Promise<StoredResponse & { replayed: boolean }>;

/** How long a duplicate waits for a request with the same key that is still running. */
const LOCK_TIMEOUT_MS = 300;

/**
 * Creates a handler whose requests take effect once for each idempotency key: key, effect, events and response are
 * committed in one transaction, which many requests share. A request whose key is known gets the stored response.
 * (draft-ietf-httpapi-idempotency-key-header; https://docs.stripe.com/api/idempotent_requests)
 *
 * @throws Problem from the returned function: idempotency-key-in-progress, idempotency-key-reused, overloaded,
 *   precondition-failed, which leaves the key unused; and the error that `perform` returned for this request.
 */
export function createIdempotentHandler<Input>({
  database,
  perform,
  onCommit,
  preconditions,
}: IdempotentHandlerOptions<Input>): IdempotentHandler<Input> {
  const writes = groupCommit<KeyedRequest<Input>, Outcome & { replayed?: boolean }>({
    database,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    around: inContextOfFirst,
    work: (tx, requests) => processRequests(tx, requests, { perform, preconditions }),
  });

  return async (request) => {
    const outcome = await writes.submit(request).catch((error) => {
      const failure = asProblem(error);
      countKeyUse(failure);
      throw failure;
    });
    onCommit();
    countKeyUse(outcome);
    if (outcome instanceof Error) throw outcome;
    return { ...outcome, replayed: outcome.replayed ?? false };
  };
}
