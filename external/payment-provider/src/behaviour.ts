import { setTimeout as sleep } from 'node:timers/promises';

type Rates = { latencyMs: number; errorRate: number; dropReplyRate: number };

export type Behaviour = ReturnType<typeof createBehaviour>;

/**
 * The faults of the provider: by rates for all calls, by the payment token for one call. Errors happen before the
 * effect, late and lost answers after it. The token has no effect on a call that repeats an earlier one.
 */
export function createBehaviour() {
  let rates: Rates = { latencyMs: 0, errorRate: 0, dropReplyRate: 0 };
  const failuresByKey = new Map<string, number>();
  const closing = new AbortController();

  const wait = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined);

  function isFlaky(key: string) {
    const failures = failuresByKey.get(key) ?? 0;
    if (failures < 2) failuresByKey.set(key, failures + 1);
    else failuresByKey.delete(key);
    return failures < 2;
  }

  return {
    /** A missing rate becomes 0. */
    change(next: Partial<Rates>) {
      rates = { latencyMs: 0, errorRate: 0, dropReplyRate: 0, ...next };
      return rates;
    },

    async failsByRate() {
      if (rates.latencyMs > 0) await wait(rates.latencyMs);
      return Math.random() < rates.errorRate;
    },

    failsForToken: (token: string, key: string) => token === 'tok_flaky' && isFlaky(key),
    declines: (token: string) => token === 'tok_declined',

    async losesReply(token: string) {
      if (token === 'tok_slow') await wait(2000);
      return token === 'tok_lost_reply' || Math.random() < rates.dropReplyRate;
    },

    /** Ends every wait at once, so that closing does not wait for them. */
    abortWaits: () => closing.abort(),
  };
}
