import { setTimeout } from 'node:timers/promises';

const POLL_MS = 10;

type Truthy<Result> = Exclude<Result, false | 0 | '' | null | undefined>;

/**
 * Waits until a condition holds, and answers what it answered. It holds when it answers something truthy; that it
 * throws, such as a failed assertion, means not yet. No test sleeps: this is the one place with a timer.
 *
 * @param options.what what is waited for, to stand in the error
 * @param options.everyMs how long to wait before the condition is looked at again
 * @throws Error after `timeoutMs`, with what the condition last threw
 */
export async function eventually<Result>(
  condition: () => Result | Promise<Result>,
  { timeoutMs = 10_000, what = 'the condition', everyMs = POLL_MS } = {},
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
