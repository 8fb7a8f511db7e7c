export interface FailureBudget {
  /** Returns whether another failed event may become a dead letter now; if so, it is counted. */
  tryAcquire(): boolean;
}

/**
 * Limits how many events become dead letters because their handler failed. A bug in a handler concerns some events. When
 * many fail within a minute the cause is their environment, such as a schema older than the code, and parking them all
 * would stop the work on hundreds of keys. A token bucket: beyond its limit events wait, and one is allowed each second,
 * so processing continues by itself when the cause is gone.
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

/** So many events have failed that the fault is not theirs: they are retried later. */
export class TooManyFailures extends Error {
  override name = 'TooManyFailures';
}
