import { type Alarm, counter, gauge } from '@tenfold/observability';
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';

/** The provider understood the call and refuses it: a fault of ours, for a person to look at. */
class Refused extends Error {
  override name = 'Refused';
}

/** Four of five calls have failed, of at least twenty in ten seconds: it is left alone, and tried with one call a second. */
const UNWELL = { threshold: 0.8, duration: 10_000, minimumRps: 2 };
const LEFT_ALONE_MS = 1_000;

/**
 * Sends calls to the payment provider, each with a limit of time, through a circuit breaker. It repeats nothing: that is
 * for whoever keeps the rows that are due, the one layer that does.
 */
export function createProviderClient(options: { url: string; timeoutMs: number; alarm: Alarm }) {
  const { url, timeoutMs, alarm } = options;
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof Refused)),
    { halfOpenAfter: LEFT_ALONE_MS, breaker: new SamplingBreaker(UNWELL) },
  );
  const policy = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  const calls = counter('tenfold.payment_provider.calls', { description: 'Calls, by what came of them' });
  const description = 'The circuit breaker: 0 closed, 1 open, 2 half open';
  gauge('tenfold.payment_provider.breaker', { description }, () => breaker.state);

  async function send(path: string, init: RequestInit): Promise<unknown> {
    const text = await policy
      .execute(async ({ signal }) => {
        const response = await fetch(new URL(path, url), { ...init, signal });
        const { status } = response;
        if (status >= 500 || status === 429) throw new Error(`The payment provider answered ${status}.`);
        if (!response.ok) throw new Refused(`The payment provider refused with ${status}.`);
        return response.text();
      })
      .catch((error) => {
        calls.add(1, { path, outcome: error.name });
        if (error instanceof Refused) alarm('the payment provider refused a call', { path, err: error });
        throw error;
      });
    calls.add(1, { path, outcome: 'answered' });
    return JSON.parse(text);
  }

  return {
    get: (path: string) => send(path, {}),
    post: (path: string, key: string, body: object) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    isLeftAlone: () => breaker.state !== CircuitState.Closed,
  };
}

/** Whether a call that failed is known not to have reached the provider. */
export function wasNotSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return error instanceof BrokenCircuitError || code === 'ECONNREFUSED';
}
