import { appendEvents } from '@repo/events';
import { preconditionFailure } from '@repo/http';
import type { Transaction } from '@repo/postgres';
import {
  claimKeys,
  type KeyScope,
  listUsedKeys,
  releaseKeys,
  type StoredResponse,
  storeResponses,
  type UsedKey,
  waitForLocks,
} from './key-store.ts';
import type { KeyedRequest, Perform, Performed, PreconditionRule } from './keyed-request.ts';
import { type FirstUse, type Outcome, replay } from './outcome.ts';

interface Rules<Input> {
  perform: Perform<Input>;
  preconditions?: PreconditionRule<Input> | undefined;
}

/**
 * Processes many requests in one transaction. For one request it is this:
 *
 *     begin
 *     isNew = insert the key, on conflict do nothing
 *     if isNew
 *       response, events = perform(request)
 *       store the response under the key, and the events in the outbox
 *     else
 *       response = the response that is stored under the key
 *     commit
 *
 * With many, each line is one statement for all of them, and two requests may share a key that is new: the first is
 * performed, the second gets the response of the first. A request whose outcome is an error releases its key.
 *
 * @returns one outcome for each request, in their order
 */
export async function processRequests<Input>(
  tx: Transaction,
  requests: KeyedRequest<Input>[],
  rules: Rules<Input>,
): Promise<(Outcome & { replayed?: boolean })[]> {
  const firstUses = await claimUnusedKeys(tx, requests);
  const { outcomes, events } = await performAllowed(tx, [...firstUses.values()], rules);
  const repeats = requests.filter((request) => !outcomes.has(request));
  const [usedKeys] = await Promise.all([
    listUsedKeys(tx, repeats),
    storeResponses(tx, responsesIn(outcomes)),
    releaseKeys(tx, failedIn(outcomes)),
    appendEvents(tx, events),
  ]);
  const known = findFirstUses(outcomes, usedKeys);
  return requests.map((request) => outcomes.get(request) ?? replay(request, known.get(textOf(request))));
}

/** The requests to perform, in their order: of several with one key that was unused, the first. */
async function claimUnusedKeys<Input>(
  tx: Transaction,
  requests: KeyedRequest<Input>[],
): Promise<Map<string, KeyedRequest<Input>>> {
  const [claimed] = await Promise.all([claimKeys(tx, requests), waitForLocks(tx)]);
  const unused = new Set(claimed.map(textOf));
  const firstUses = new Map<string, KeyedRequest<Input>>();
  for (const request of requests) {
    const key = textOf(request);
    if (unused.has(key) && !firstUses.has(key)) firstUses.set(key, request);
  }
  return firstUses;
}

/** Performs the requests whose preconditions are true, and refuses the others. */
async function performAllowed<Input>(
  tx: Transaction,
  requests: KeyedRequest<Input>[],
  { perform, preconditions }: Rules<Input>,
): Promise<Performed<Input>> {
  const outcomes = new Map<KeyedRequest<Input>, Outcome>();
  await Promise.all(
    requests.map(async (request) => {
      const refusal = await refusalOf(tx, request, preconditions);
      if (refusal) outcomes.set(request, refusal);
    }),
  );
  const allowed = requests.filter((request) => !outcomes.has(request));
  if (allowed.length === 0) return { outcomes, events: [] };
  const performed = await perform(tx, allowed);
  for (const request of allowed) outcomes.set(request, outcomeIn(performed, request));
  return { outcomes, events: performed.events };
}

async function refusalOf<Input>(
  tx: Transaction,
  { preconditions: headers = {}, input }: KeyedRequest<Input>,
  rule: PreconditionRule<Input> | undefined,
): Promise<Error | undefined> {
  if (rule === 'perform') return undefined;
  const failure = preconditionFailure(headers, {});
  if (!failure || !rule) return failure;
  return (await rule.exists(tx, input)) ? failure : undefined;
}

function outcomeIn<Input>({ outcomes }: Performed<Input>, request: KeyedRequest<Input>): Outcome {
  const outcome = outcomes.get(request);
  if (!outcome) throw new Error(`perform returned no outcome for a request of ${request.route}.`);
  return outcome;
}

type Outcomes = Map<KeyScope & { fingerprint: Buffer }, Outcome>;

function responsesIn(outcomes: Outcomes): (KeyScope & StoredResponse)[] {
  return [...outcomes].flatMap(([{ callerId, route, key }, outcome]) =>
    outcome instanceof Error ? [] : [{ callerId, route, key, ...outcome }],
  );
}

function failedIn(outcomes: Outcomes): KeyScope[] {
  return [...outcomes].flatMap(([request, outcome]) => (outcome instanceof Error ? [request] : []));
}

/** The first use of each key: by a request of this transaction, or of an earlier one. */
function findFirstUses(outcomes: Outcomes, usedKeys: UsedKey[]): Map<string, FirstUse> {
  const firstUses = new Map<string, FirstUse>();
  for (const [request, outcome] of outcomes)
    firstUses.set(textOf(request), { outcome, fingerprint: request.fingerprint });
  for (const { fingerprint, callerId, route, key, ...outcome } of usedKeys)
    firstUses.set(textOf({ callerId, route, key }), { outcome, fingerprint });
  return firstUses;
}

function textOf({ callerId, route, key }: KeyScope): string {
  return `${callerId} ${route} ${key}`;
}
