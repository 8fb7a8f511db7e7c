/**
 * How many milliseconds to wait before the next attempt: full jitter, so that callers which failed together do not retry
 * together. (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)
 *
 * @param attempt 0 for the first wait
 */
export function fullJitter(attempt: number, { baseMs = 50, capMs = 5_000 } = {}): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
