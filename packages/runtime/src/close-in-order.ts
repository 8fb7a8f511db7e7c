import type { Logger } from '@repo/observability';

/** Parts of a process that are closed at the same time, by their names. */
export type Parts = Record<string, () => unknown>;

/**
 * Closes a process, some parts after the others. What cannot be closed is told of, and what hangs is left behind when
 * it has taken half of the time that is left: so whatever is away, the parts after it have their turn, and the end
 * comes in time.
 *
 * @param options.limitMs all of them together take less
 */
export async function closeInOrder(
  order: Parts[],
  { limitMs, log }: { limitMs: number; log: Logger },
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (const parts of order) {
    const mayTakeMs = (deadline - performance.now()) / 2;
    const closings = Object.entries(parts).map(([part, close]) =>
      within(mayTakeMs, close).catch((error) => {
        log.warn({ err: error, part }, 'this could not be closed: what it had in hand is done again later');
      }),
    );
    await Promise.all(closings);
  }
}

async function within(limitMs: number, close: () => unknown): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took more than ${Math.round(limitMs)} ms.`)), limitMs);
  try {
    await Promise.race([close(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
