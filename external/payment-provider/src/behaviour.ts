import { setTimeout as sleep } from 'node:timers/promises';

type Rates = { latencyMs: number; errorRate: number; dropReplyRate: number };

export type Behaviour = ReturnType<typeof createBehaviour>;

/**
 * How the provider misbehaves: for everybody by its rates, for one call by its payment token. Errors happen
 * before the effect, late and lost answers after it; a call that repeats an earlier one is spared its token.
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
    /** Rates left out are 0 again. */
    change(next: Partial<Rates>) {
      rates = { latencyMs: 0, errorRate: 0, dropReplyRate: 0, ...next };
      return rates;
    },

    async failsForEverybody() {
      if (rates.latencyMs > 0) await wait(rates.latencyMs);
      return Math.random() < rates.errorRate;
    },

    failsForToken: (token: string, key: string) => token === 'tok_flaky' && isFlaky(key),
    declines: (token: string) => token === 'tok_declined',

    async losesReply(token: string) {
      if (token === 'tok_slow') await wait(2000);
      return token === 'tok_lost_reply' || Math.random() < rates.dropReplyRate;
    },

    /** Ends every wait at once, so that closing does not have to sit through them. */
    abortWaits: () => closing.abort(),
  };
}
