import { setTimeout } from 'node:timers/promises';

const POLL_MS = 10;

type Truthy<Result> = Exclude<Result, false | 0 | '' | null | undefined>;

/**
 * Waits until a condition returns a truthy value, and returns that value. A condition that throws, for example by a failed
 * assertion, is tried again. No test sleeps: this is the one place with a timer.
 *
 * @param options.what names the condition in the error
 * @param options.everyMs the pause between two tries
 * @throws Error after `timeoutMs`, with the condition's last error
 */
export async function eventually<Result>(
  condition: () => Result | Promise<Result>,
  { timeoutMs = 30_000, what = 'the condition', everyMs = POLL_MS } = {},
): Promise<Truthy<Result>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { result, error } = await attempt(condition);
    if (result) return result as Truthy<Result>;
    if (Date.now() > deadline) {
      const why = error instanceof Error ? error.message : `it last answered ${JSON.stringify(result)}`;
      throw new Error(`Waited ${timeoutMs} ms for ${what} in vain: ${why}`, { cause: error });
    }
    await setTimeout(everyMs);
  }
}

async function attempt<Result>(
  condition: () => Result | Promise<Result>,
): Promise<{ result?: Result; error?: unknown }> {
  try {
    return { result: await condition() };
  } catch (error) {
    return { error };
  }
}
