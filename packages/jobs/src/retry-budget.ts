export interface RetryBudget {
  /** Whether anything may be tried again now. */
  hasRoom(): boolean;
  /** Notes that so many are being tried again. */
  spend(retries: number): void;
  /** Notes that a retry was refused: it spends nothing, since the outside world works. */
  refund(): void;
  /** Notes that a try has come to something. */
  earn(): void;
}

const SAVED_SECONDS = 10;

/**
 * Bounds what retries add to the load of an outside world that is in trouble: one for each try that has come to
 * something, and a few a second beside. While most fails there are only those few; once it works again each success
 * brings more, so what has waited is soon worked off. Without a bound each failing call becomes several, and whoever
 * stumbles is kept down. (Beyer et al., "Site Reliability Engineering", 2016, chapter 21; Finagle's RetryBudget)
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
    refund() {
      left = Math.min(limit, left + 1);
    },
    earn() {
      // Its own, had it been a retry, and one more.
      left = Math.min(limit, left + 2);
    },
  };
}
