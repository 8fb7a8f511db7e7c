import { setTimeout } from 'node:timers/promises';

const POLL_MS = 100;

/**
 * Waits until a condition holds.
 *
 * @throws Error when it does not within `timeoutMs`; AbortError when `signal` is aborted
 */
export async function until(
  condition: () => Promise<boolean>,
  { what, timeoutMs, signal }: { what: string; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s for ${what} in vain.`);
    await setTimeout(POLL_MS, undefined, { signal });
  }
}
