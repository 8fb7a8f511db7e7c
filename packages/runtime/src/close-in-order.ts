import type { Logger } from '@repo/observability';

/** Parts of a process that are closed concurrently, by their names. */
export type Parts = Record<string, () => unknown>;

/**
 * Closes the parts of a process in order. Failures are logged. A part that hangs is abandoned after half of the
 * remaining time: so the parts after it are closed too, and the process ends in time.
 *
 * @param options.limitMs the maximum for all parts together
 */
export async function closeInOrder(
  order: Parts[],
  { limitMs, log }: { limitMs: number; log: Logger },
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (const parts of order) {
    const partLimitMs = (deadline - performance.now()) / 2;
    const closings = Object.entries(parts).map(([part, close]) =>
      within(partLimitMs, close).catch((error) => {
        log.warn({ err: error, part }, 'part not closed; its unfinished work is repeated later');
      }),
    );
    await Promise.all(closings);
  }
}

async function within(limitMs: number, close: () => unknown): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took more than ${Math.round(limitMs)} ms.`)), limitMs);
  try {
    await Promise.race([close(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
