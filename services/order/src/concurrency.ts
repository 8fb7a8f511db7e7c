/** Few in flight are enough: 128 fill two transactions (`groupCommit`), and as many again can wait. */
const LEAST = 256;
const MOST = 1_000;
const DECREASE = 0.9;

/** A limit on the work in flight that adapts to how long the work takes. */
export interface ConcurrencyLimit {
  inFlight(): number;
  isReached(): boolean;
  /** Counts one more in flight; returns when it began. */
  begin(): number;
  end(begunAt: number): void;
  reset(): void;
}

/**
 * Requests that come faster than they are completed would wait longer and longer, and keep this process from refusing
 * others at once. So the limit shrinks by a tenth with each request that took too long, and grows by one with each that
 * did not, while half of it is in use.
 * (AIMD: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989)
 *
 * @param options.targetMs a request that takes longer took too long
 * @param options.now a clock, in milliseconds
 */
export function createConcurrencyLimit(options: { targetMs: number; now: () => number }): ConcurrencyLimit {
  const { targetMs, now } = options;
  let limit = MOST;
  let inFlight = 0;
  return {
    inFlight: () => inFlight,
    isReached: () => inFlight >= limit,
    begin() {
      inFlight++;
      return now();
    },
    end(begunAt) {
      if (now() - begunAt > targetMs) limit = Math.max(LEAST, limit * DECREASE);
      else if (inFlight > limit / 2) limit = Math.min(MOST, limit + 1);
      inFlight--;
    },
    reset() {
      limit = MOST;
    },
  };
}
