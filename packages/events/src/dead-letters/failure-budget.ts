export interface FailureBudget {
  /** Whether one more event may be put aside now because its use case failed; if so, that is counted. */
  tryAcquire(): boolean;
}

/**
 * Bounds how many events are put aside because their use case failed. A bug in a use case concerns some of them; when
 * many fail within a minute it is their environment, such as a schema that lags behind the code, and to park them all
 * would cancel orders by the hundred. A token bucket: beyond its limit events wait, and a few are let through again each
 * second, so that it goes on by itself when the cause has passed.
 */
export function createFailureBudget({ perMinute = 60, now = () => performance.now() } = {}): FailureBudget {
  let left = perMinute;
  let filledAt = now();

  return {
    tryAcquire() {
      const at = now();
      left = Math.min(perMinute, left + ((at - filledAt) / 60_000) * perMinute);
      filledAt = at;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}

/** Too many events have failed for it to be their own fault: they are tried again later. */
export class TooManyFailures extends Error {
  override name = 'TooManyFailures';
}
