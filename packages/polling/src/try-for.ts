import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Retries work until it succeeds, while the servers that it needs may still be starting.
 *
 * @param options.seconds after which the last error is thrown; 0 means one attempt
 * @param options.isFinal whether an error will not disappear by waiting
 */
export async function tryFor<Result>(
  options: { seconds: number; isFinal?: (error: unknown) => boolean; pauseMs?: number },
  work: () => Promise<Result>,
): Promise<Result> {
  const { seconds, isFinal = () => false, pauseMs = 1_000 } = options;
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error) || Date.now() + pauseMs > end) throw error;
      await sleep(pauseMs);
    }
  }
}
