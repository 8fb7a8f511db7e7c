/** A little less than the interval of collections (10 s): every collection begins a reading. */
const EVERY_MS = 9_000;

/**
 * Keeps a value that is expensive to read, for an observed instrument. When metrics are collected, the reading of an
 * earlier collection is returned at once, and a new one begins if the last began `everyMs` ago. So a collection waits for
 * nobody, and nothing is read while no metrics are collected. A reading that fails, or that takes longer than three times
 * `everyMs`, leaves no value: an unknown value must not look like an old one.
 *
 * @param everyMs how often a value is read at most, in milliseconds
 */
export function refreshed<Value>(read: () => Promise<Value>, everyMs = EVERY_MS): () => Value | undefined {
  let value: Value | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;
  let isReading = false;

  async function refresh(): Promise<void> {
    isReading = true;
    value = await read().catch(() => undefined);
    isReading = false;
  }

  return () => {
    const now = performance.now();
    if (isReading) return now - begunAt < 3 * everyMs ? value : undefined;
    if (now - begunAt >= everyMs) {
      begunAt = now;
      void refresh();
    }
    return value;
  };
}
