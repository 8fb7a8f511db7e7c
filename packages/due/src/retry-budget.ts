/** Nothing was tried: too much of what is tried is being tried again. */
export class RetryBudgetSpent extends Error {
  override name = 'RetryBudgetSpent';
  override message = 'There are too many retries already; this one waits.';
}

export interface RetryBudget {
  /** Whether a try may go ahead; the first always may. @param attempts how often, this time included */
  allows(attempts: number): boolean;
}

const SAVED_SECONDS = 10;

/**
 * Bounds what retries add to the load of an outside world that is in trouble: a share of the first tries, and a few a
 * second so that little traffic can be retried too. Without it, each failing call becomes several, and whoever
 * stumbles is kept down. (Beyer et al., "Site Reliability Engineering", 2016, chapter 21; Finagle's RetryBudget)
 */
export function createRetryBudget({ share = 0.2, perSecond = 10, now = Date.now } = {}): RetryBudget {
  const limit = perSecond * SAVED_SECONDS;
  let left = limit;
  let filledAt = now();

  function fill(): void {
    const at = now();
    left = Math.min(limit, left + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  }

  return {
    allows(attempts) {
      fill();
      if (attempts <= 1) {
        left = Math.min(limit, left + share);
        return true;
      }
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
