import { eventually } from '@repo/testing';
import type { Call } from '../invariants/evidence.ts';

export interface Person {
  id: string;
  token: string;
}

export interface Request {
  who: Person;
  method: string;
  /** The service's. */
  url: string;
  path: string;
  key?: string;
  body?: object;
  ifMatch?: string;
  /** How long the client waits before it hangs up. */
  patienceMs?: number | null;
}

/** Clients that record all their calls for the invariants. */
export interface Client {
  calls: Call[];
  send(request: Request): Promise<Call>;
  /** Repeats a request with the same key until its outcome is known, as a client should. */
  sendUntilAnswered(request: Request): Promise<Call>;
}

const PATIENCE_MS = 10_000;
/** Longer than any fault of these runs. */
const GIVE_UP_MS = 60_000;
/** Between two attempts, from the second one on. */
const PAUSE_MS = 100;

export function createClient(): Client {
  const calls: Call[] = [];

  async function send(request: Request): Promise<Call> {
    const { who, method, path, key = null, body = null } = request;
    const sentAt = performance.now();
    const answer = await answerTo(request).catch(() => undefined);
    const call: Call = {
      ...{ who: who.id, method, path, key, body },
      outcome: outcomeOf(answer?.status),
      status: answer?.status ?? null,
      answer: answer?.body ?? null,
      sentAt,
      answeredAt: answer ? performance.now() : null,
      ...(!answer && request.patienceMs && { hungUp: true }),
    };
    calls.push(call);
    return call;
  }

  async function sendUntilAnswered({ patienceMs, ...request }: Request): Promise<Call> {
    let call = await send({ ...request, ...(patienceMs && { patienceMs }) });
    const isAnswered = async () => {
      if (isDefinite(call)) return true;
      call = await send(request);
      return isDefinite(call);
    };
    await eventually(isAnswered, {
      timeoutMs: GIVE_UP_MS,
      everyMs: PAUSE_MS,
      what: `an answer to ${request.method} ${request.path}`,
    });
    return call;
  }

  return { calls, send, sendUntilAnswered };
}

async function answerTo({ who, method, url, path, key, body, ifMatch, patienceMs }: Request) {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${who.token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patienceMs ?? PATIENCE_MS),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

function outcomeOf(status: number | undefined): Call['outcome'] {
  if (status === undefined || status >= 500) return 'unknown';
  return status < 400 ? 'ok' : 'failed';
}

/** While a concurrent duplicate of the call is running, its outcome is not known. */
function isDefinite({ outcome, answer }: Call): boolean {
  const { type = '' } = (answer ?? {}) as { type?: string };
  return outcome !== 'unknown' && !type.endsWith('idempotency-key-in-progress');
}
