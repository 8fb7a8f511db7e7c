import { setTimeout } from 'node:timers/promises';

const POLL_MS = 100;

/**
 * Waits until a condition holds.
 *
 * @throws Error if it does not hold within `timeoutMs`; AbortError if `signal` is aborted
 */
export async function until(
  condition: () => Promise<boolean>,
  { what, timeoutMs, signal }: { what: string; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Timed out after ${timeoutMs / 1000} s waiting for ${what}.`);
    await setTimeout(POLL_MS, undefined, { signal });
  }
}
