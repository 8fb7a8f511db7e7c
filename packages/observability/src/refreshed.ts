/**
 * Keeps a value that is expensive to read, for an observed instrument. When metrics are collected, the reading of an
 * earlier collection is returned at once, and a new one begins if the last is older than `everyMs`. So a collection waits
 * for nobody, and nothing is read while no metrics are collected. A reading that fails leaves no value: an unknown value
 * must not look like an old one.
 *
 * @param everyMs how long a value is kept, in milliseconds
 */
export function refreshed<Value>(read: () => Promise<Value>, everyMs = 10_000): () => Value | undefined {
  let value: Value | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let isReading = false;

  async function refresh(): Promise<void> {
    isReading = true;
    value = await read().catch(() => undefined);
    readAt = performance.now();
    isReading = false;
  }

  return () => {
    if (!isReading && performance.now() - readAt >= everyMs) void refresh();
    // A reading that hangs leaves an old value behind.
    return performance.now() - readAt < 3 * everyMs ? value : undefined;
  };
}
