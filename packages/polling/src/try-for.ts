import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does something again until it works, for as long as the servers that it needs may not be there yet.
 *
 * @param options.seconds after which the last error is thrown; 0 tries once
 * @param options.isFinal whether an error will not go away by waiting
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
