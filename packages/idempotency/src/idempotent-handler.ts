import { appendEvents, type OutgoingEvent } from '@repo/events';
import { type Preconditions, preconditionFailure } from '@repo/http';
import { inContextOfFirst, type TraceContext } from '@repo/observability';
import { type Database, groupCommit, type Transaction } from '@repo/postgres';
import {
  claimKeys,
  listUsedKeys,
  releaseKeys,
  type Scope,
  type StoredResponse,
  storeResponses,
  waitForLocks,
} from './key-store.ts';
import { asProblem, type Outcome, replay, type Settled } from './outcome.ts';

/** A request that must take effect once. */
export interface KeyedRequest<Input> extends Scope, TraceContext {
  fingerprint: Buffer;
  /** The path of the request, without its query. */
  path: string;
  /** The request's `If-Match` and `If-None-Match`. */
  preconditions?: Preconditions;
  input: Input;
}

export interface IdempotentHandlerOptions<Input> {
  database: Database;
  /** Does the work of some requests, whose keys are new; answers their outcomes in order, and what is to be said. */
  perform: (
    tx: Transaction,
    requests: KeyedRequest<Input>[],
  ) => Promise<{ outcomes: Outcome[]; events: OutgoingEvent[] }>;
  /** Called after each commit, to wake the relay. */
  onCommit: () => void;
  /**
   * How preconditions are evaluated, once it is known that a key is new. Unless told, as for a resource that is there
   * and has no entity tag. 'perform': by `perform`, with the row that it has locked. `exists`: as unless told, but only
   * where there is such a resource; for another, `perform` says that there is none.
   */
  preconditions?: 'perform' | { exists: (tx: Transaction, input: Input) => Promise<boolean> };
}

export type IdempotentHandler<Input> = (
  request: KeyedRequest<Input>,
) => Promise<StoredResponse & { replayed: boolean }>;

/** How long a twin waits for a call with the same key that is still running. */
const LOCK_TIMEOUT_MS = 300;

/**
 * Makes a change that takes effect once for each idempotency key: key, effect, events and answer are committed in one
 * transaction, which many requests share. A request whose key is known gets the stored answer.
 * (draft-ietf-httpapi-idempotency-key-header; https://docs.stripe.com/api/idempotent_requests)
 *
 * @throws Problem from the returned function: idempotency-key-in-progress, idempotency-key-reused, overloaded,
 *   precondition-failed, which leaves the key unused; and the error that `perform` gave as the outcome of this request.
 */
export function createIdempotentHandler<Input>(
  options: IdempotentHandlerOptions<Input>,
): IdempotentHandler<Input> {
  const { database, onCommit } = options;
  const writes = groupCommit<KeyedRequest<Input>, Outcome & { replayed?: boolean }>({
    database,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    around: inContextOfFirst,
    work: processRequests,
  });

  async function processRequests(tx: Transaction, requests: KeyedRequest<Input>[]) {
    const [scopes] = await Promise.all([claimKeys(tx, requests), waitForLocks(tx)]);
    const claimed = new Set(scopes.map(nameOf));
    // Of two twins in one batch the first is performed; `delete` tells whether the name was still there.
    const fresh = requests.filter((request) => claimed.delete(nameOf(request)));
    const { outcomes, events } = await performAllowed(tx, fresh, options);
    const settled = new Map<string, Settled>();
    fresh.forEach(({ fingerprint, ...request }, index) => {
      settled.set(nameOf(request), { outcome: outcomes[index] as Outcome, fingerprint });
    });
    const repeated = requests.filter((request) => !fresh.includes(request));
    const [known] = await Promise.all([
      listUsedKeys(tx, repeated),
      storeResponses(
        tx,
        fresh.flatMap((request, index) => withResponse(request, outcomes[index])),
      ),
      releaseKeys(
        tx,
        fresh.filter((_request, index) => outcomes[index] instanceof Error),
      ),
      appendEvents(tx, events),
    ]);
    for (const { fingerprint, customerId, route, key, ...outcome } of known)
      settled.set(nameOf({ customerId, route, key }), { outcome, fingerprint });
    return requests.map((request) =>
      fresh.includes(request)
        ? (settled.get(nameOf(request)) as Settled).outcome
        : replay(request, settled.get(nameOf(request))),
    );
  }

  return async (request) => {
    const outcome = await writes.submit(request).catch((error) => {
      throw asProblem(error);
    });
    onCommit();
    if (outcome instanceof Error) throw outcome;
    return { ...outcome, replayed: outcome.replayed ?? false };
  };
}

/** Performs those requests whose preconditions are true; the others are refused. */
async function performAllowed<Input>(
  tx: Transaction,
  requests: KeyedRequest<Input>[],
  { perform, preconditions }: IdempotentHandlerOptions<Input>,
): Promise<{ outcomes: Outcome[]; events: OutgoingEvent[] }> {
  const refusalOf = async ({ preconditions: headers = {}, input }: KeyedRequest<Input>) => {
    if (preconditions === 'perform') return undefined;
    const failure = preconditionFailure(headers, {});
    return failure && ((await preconditions?.exists(tx, input)) ?? true) ? failure : undefined;
  };
  const refusals = await Promise.all(requests.map(refusalOf));
  const wanted = requests.filter((_request, index) => !refusals[index]);
  const { outcomes, events } = wanted.length > 0 ? await perform(tx, wanted) : { outcomes: [], events: [] };
  const performed = outcomes.values();
  return { events, outcomes: refusals.map((refusal) => refusal ?? (performed.next().value as Outcome)) };
}

function withResponse(scope: Scope, outcome: Outcome | undefined): (Scope & StoredResponse)[] {
  return outcome === undefined || outcome instanceof Error ? [] : [{ ...scope, ...outcome }];
}

function nameOf({ customerId, route, key }: Scope): string {
  return `${customerId} ${route} ${key}`;
}
