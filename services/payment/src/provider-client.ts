import { counter, gauge, type Logger } from '@repo/observability';
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { request } from 'undici';

/** The provider understood the call and refuses it (3xx, 4xx): this call had no effect, and will have none. */
export class Refused extends Error {
  override name = 'Refused';
}

/** What was to be sent was not: the provider knows nothing of it. */
export class NotSent extends Error {
  override name = 'NotSent';
}

type Call = NonNullable<Parameters<typeof request>[1]>;

/** Refusals that pass by themselves: Request Timeout, Too Early, Too Many Requests. */
const PASSING = new Set([408, 425, 429]);

/** More than four of five calls have failed, of at least twenty in ten seconds: it is left alone for a second. */
const LIMITS = { threshold: 0.8, duration: 10_000, minimumRps: 2 };
const LEFT_ALONE_MS = 1_000;

/**
 * Sends calls to the payment provider, each with a limit of time, through a circuit breaker. It repeats nothing: that is
 * for whoever keeps the rows that are due, the one layer that does.
 */
export function createProviderClient(options: { url: string; timeoutMs: number; log: Logger }) {
  const { url, timeoutMs, log } = options;
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof Refused)),
    { halfOpenAfter: LEFT_ALONE_MS, breaker: new SamplingBreaker(LIMITS) },
  );
  const policy = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  let leftAloneUntil = 0;
  breaker.onBreak(() => {
    leftAloneUntil = Date.now() + LEFT_ALONE_MS;
    log.warn('circuit opened: the payment provider gets one call a second');
  });
  breaker.onReset(() => log.info('circuit closed: the payment provider works again'));

  const calls = counter('payment_provider.calls', { description: 'Calls, by what came of them' });
  const description = 'The circuit breaker: 0 closed, 1 open, 2 half open';
  gauge('payment_provider.breaker', { description }, () => breaker.state);

  /** @throws Refused; anything else means that the outcome is not known. */
  async function send(path: string, call: Call, query = {}): Promise<unknown> {
    const address = addressOf(url, path, query);
    try {
      const answer = await policy.execute(({ signal }) => exchange(address, { ...call, signal }));
      calls.add(1, { path, outcome: 'answered' });
      return answer;
    } catch (error) {
      calls.add(1, { path, outcome: outcomeOf(error) });
      throw error;
    }
  }

  return {
    get: (path: string, query: Record<string, string> = {}) => send(path, { method: 'GET' }, query),
    post: (path: string, key: string, body: object) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    /** How many calls may be sent now. While it is left alone: none, then one that tells whether it is well again. */
    room(): number {
      if (breaker.state === CircuitState.Closed) return Number.POSITIVE_INFINITY;
      return breaker.state === CircuitState.Open && Date.now() >= leftAloneUntil ? 1 : 0;
    },
  };
}

/** The address of a path below the provider's own, which may have a path itself. */
function addressOf(base: string, path: string, query: Record<string, string>): URL {
  const address = new URL(base);
  address.pathname = address.pathname.replace(/\/+$/, '') + path;
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address;
}

/**
 * undici's own interface, which costs a third of what `fetch` costs. It follows no redirect, which would hand the key, the
 * token and the amount to another address.
 */
async function exchange(url: URL, call: Call): Promise<unknown> {
  const { statusCode: status, body } = await request(url, call);
  const text = await body.text();
  if (status >= 500 || PASSING.has(status)) throw new Error(`The payment provider answered ${status}.`);
  if (status >= 300) throw new Refused(`The payment provider refused with ${status}.`);
  return JSON.parse(text);
}

function outcomeOf(error: unknown): string {
  if (error instanceof Refused) return 'refused';
  if (error instanceof TaskCancelledError) return 'timed out';
  return wasNotSent(error) ? 'not sent' : 'failed';
}

/** Whether a call that failed is known not to have reached the provider. */
export function wasNotSent(error: unknown): boolean {
  const { code } = error as { code?: string };
  return error instanceof NotSent || error instanceof BrokenCircuitError || code === 'ECONNREFUSED';
}
