export interface RetryBudget {
  /** Whether a retry is allowed now. */
  hasRoom(): boolean;
  /** Counts retries that are being made. */
  spend(retries: number): void;
  /** Counts a refused retry: it spends nothing, since the outside world works. */
  restore(): void;
  /** Counts an attempt that succeeded. */
  earn(): void;
}

const SAVED_SECONDS = 10;

/**
 * Limits the load that retries add to an outside world that is failing: one for each attempt that succeeds, and a few more
 * each second. While most calls fail there are only those few. Once calls succeed again, each success allows more, so the
 * backlog is soon processed. Without a limit each failing call becomes several, and an overloaded service stays
 * overloaded. (Beyer et al., "Site Reliability Engineering", 2016, chapter 21; Finagle's RetryBudget)
 */
export function createRetryBudget({ perSecond = 10, now = Date.now } = {}): RetryBudget {
  const limit = perSecond * SAVED_SECONDS;
  let left = limit;
  let filledAt = now();

  return {
    hasRoom() {
      const at = now();
      left = Math.min(limit, left + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      return left >= 1;
    },
    spend(retries) {
      left -= retries;
    },
    restore() {
      left = Math.min(limit, left + 1);
    },
    earn() {
      // It returns its own retry, if it was one, and allows one more.
      left = Math.min(limit, left + 2);
    },
  };
}
